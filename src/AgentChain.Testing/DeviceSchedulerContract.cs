using AgentChain.Devices;

namespace AgentChain.Testing;

/// <summary>
/// Represents the contract of every <see cref="IDeviceScheduler"/>. Derive from it, supply your scheduler, and call
/// <see cref="Contract.VerifyAsync"/> in a test.
/// </summary>
public abstract class DeviceSchedulerContract : Contract
{
    static readonly ComputeDevice Small = new("small:0", DeviceKind.Other) { MaxLeases = 2, Lanes = 2 };
    static readonly ComputeDevice Twin = new("twin:0", DeviceKind.Cuda) { MaxLeases = 1 };
    static readonly ComputeDevice OtherTwin = new("twin:1", DeviceKind.Cuda) { MaxLeases = 1 };

    /// <summary>Initializes a new instance.</summary>
    protected DeviceSchedulerContract()
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ContractCheck> Checks =>
    [
        new("Devices: lists the devices that it was created with", DevicesAsync),
        new("AcquireAsync, by name or kind: never gives a device that was not requested", ByNameOrKindAsync),
        new("AcquireAsync, speculative work waits: committed work goes first", CommittedFirstAsync),
        new("AcquireAsync, speculative work commits while it waits: it keeps its arrival order", CommitsWhileItWaitsAsync),
        new("AcquireAsync, speculative work commits while room is assigned: it is not skipped", CommitsWhileRoomIsAssignedAsync),
        new("AcquireAsync, no such device: throws with the list of devices", NoSuchDeviceAsync),
        new("AcquireAsync, no room: requests are served in the order of arrival", ArrivalOrderAsync),
        new("AcquireAsync, a request waits for one device: requests for another do not wait", OtherDeviceAsync),
        new("AcquireAsync, token canceled while it waits: ends and leaks no lease", CanceledAsync),
        new("AcquireAsync, cancellations and releases race: no lease leaks", RaceAsync),
        new("Lease, its lane is stuck: the lane is counted and the next lease avoids it", StuckLaneAsync),
    ];

    /// <summary>Creates the scheduler to test.</summary>
    /// <param name="devices">The devices that it schedules.</param>
    /// <returns>The scheduler.</returns>
    protected abstract IDeviceScheduler Create(params ComputeDevice[] devices);

    Task DevicesAsync()
    {
        Verify.True(Create(Small, Twin).Devices.SequenceEqual([Small, Twin]));
        return Task.CompletedTask;
    }

    async Task ByNameOrKindAsync()
    {
        IDeviceScheduler scheduler = Create(Small, Twin, OtherTwin);
        using DeviceLease named = await scheduler.AcquireAsync(new("block", DeviceRequest.Named("TWIN:1"), until: 77), default);
        using DeviceLease kind = await scheduler.AcquireAsync(new("block", DeviceRequest.OfKind(DeviceKind.Cuda)), default);
        using DeviceLease any = await scheduler.AcquireAsync(new("block", DeviceRequest.Any), default);
        Verify.Equal((OtherTwin, "block", 77L), (named.Device, named.Holder, named.Until));
        Verify.Equal(Twin, kind.Device);
        Verify.Equal(Small, any.Device);
        Verify.Equal(3, scheduler.OpenLeases);
    }

    async Task CommittedFirstAsync()
    {
        IDeviceScheduler scheduler = Create(Twin);
        var request = new PlacementRequest("block", DeviceRequest.Any);
        DeviceLease held = await scheduler.AcquireAsync(request, default);
        Task<DeviceLease> early = scheduler.AcquireAsync(request with { IsSpeculative = true }, default).AsTask();
        Task<DeviceLease> first = scheduler.AcquireAsync(request, default).AsTask();
        Task<DeviceLease> second = scheduler.AcquireAsync(request, default).AsTask();
        held.Dispose();
        (await first).Dispose();
        (await second).Dispose();
        (await early).Dispose();
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task CommitsWhileItWaitsAsync()
    {
        IDeviceScheduler scheduler = Create(Twin);
        var request = new PlacementRequest("block", DeviceRequest.Any);
        bool isSpeculative = true;
        DeviceLease held = await scheduler.AcquireAsync(request, default);
        Task<DeviceLease> never = scheduler.AcquireAsync(request with { IsSpeculative = true, StillSpeculative = () => true }, default)
            .AsTask();
        Task<DeviceLease> early =
            scheduler.AcquireAsync(request with { IsSpeculative = true, StillSpeculative = () => isSpeculative }, default).AsTask();
        Task<DeviceLease> certain = scheduler.AcquireAsync(request, default).AsTask();
        isSpeculative = false;
        held.Dispose();
        (await early.WaitAsync(Verify.Patience)).Dispose();
        (await certain).Dispose();
        (await never).Dispose();
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task CommitsWhileRoomIsAssignedAsync()
    {
        IDeviceScheduler scheduler = Create(Twin);
        var request = new PlacementRequest("block", DeviceRequest.Any);
        int asked = 0;
        DeviceLease held = await scheduler.AcquireAsync(request, default);
        Task<DeviceLease> early = scheduler.AcquireAsync(
            request with { IsSpeculative = true, StillSpeculative = () => asked++ == 0 }, default).AsTask();
        held.Dispose();
        (await early.WaitAsync(Verify.Patience)).Dispose();
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task NoSuchDeviceAsync()
    {
        IDeviceScheduler scheduler = Create(Small, Twin);
        DeviceNotPresentException error = await Verify.ThrowsAsync<DeviceNotPresentException>(
            async () => await scheduler.AcquireAsync(new("block", DeviceRequest.Named("cuda:9")), default));
        Verify.True(error.Message.Contains("small:0, twin:0", StringComparison.Ordinal));
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task ArrivalOrderAsync()
    {
        IDeviceScheduler scheduler = Create(Twin);
        DeviceLease held = await scheduler.AcquireAsync(new("first", DeviceRequest.Any), default);
        Task<DeviceLease>[] waiting =
            [.. Enumerable.Range(0, 5).Select(i => scheduler.AcquireAsync(new($"{i}", DeviceRequest.Any), default).AsTask())];
        for (int i = 0; i < 5; i++)
        {
            Verify.True(Array.TrueForAll(waiting[i..], w => !w.IsCompleted));
            held.Dispose();
            held.Dispose();
            held = await waiting[i].WaitAsync(Verify.Patience);
            Verify.Equal($"{i}", held.Holder);
            Verify.Equal(1, scheduler.OpenLeases);
        }

        held.Dispose();
        Verify.True(held.IsReleased);
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task OtherDeviceAsync()
    {
        IDeviceScheduler scheduler = Create(Twin, OtherTwin);
        using DeviceLease held = await scheduler.AcquireAsync(new("a", DeviceRequest.Named("twin:0")), default);
        Task<DeviceLease> waiting = scheduler.AcquireAsync(new("b", DeviceRequest.Named("twin:0")), default).AsTask();
        using DeviceLease other = await scheduler.AcquireAsync(new("c", DeviceRequest.Named("twin:1")), default)
            .AsTask().WaitAsync(Verify.Patience);
        Verify.True(!waiting.IsCompleted);
        held.Dispose();
        (await waiting).Dispose();
    }

    async Task CanceledAsync()
    {
        IDeviceScheduler scheduler = Create(Twin);
        DeviceLease held = await scheduler.AcquireAsync(new("held", DeviceRequest.Any), default);
        using var source = new CancellationTokenSource();
        Task<DeviceLease> given = scheduler.AcquireAsync(new("given up", DeviceRequest.Any), source.Token).AsTask();
        Task<DeviceLease> next = scheduler.AcquireAsync(new("next", DeviceRequest.Any), default).AsTask();
        await source.CancelAsync();
        OperationCanceledException error = await Verify.ThrowsAsync<OperationCanceledException>(() => given);
        Verify.Equal(source.Token, error.CancellationToken);
        held.Dispose();
        (await next.WaitAsync(Verify.Patience)).Dispose();
        await Verify.ThrowsAsync<OperationCanceledException>(
            async () => await scheduler.AcquireAsync(new("late", DeviceRequest.Any), source.Token));
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task RaceAsync()
    {
        IDeviceScheduler scheduler = Create(Small, Twin);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            var random = new Random(n);
            for (int i = 0; i < 500; i++)
            {
                using var source = new CancellationTokenSource();
                Task<DeviceLease> asked = scheduler.AcquireAsync(new("block", DeviceRequest.Any), source.Token).AsTask();
                if (random.Next(3) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    using DeviceLease lease = await asked.WaitAsync(Verify.Patience);
                    Verify.True(scheduler.OpenLeases is >= 1 and <= 3);
                    if (random.Next(4) == 0)
                    {
                        await Task.Yield();
                    }
                }
                catch (OperationCanceledException)
                {
                }
            }
        })));
        Verify.Equal(0, scheduler.OpenLeases);
    }

    async Task StuckLaneAsync()
    {
        IDeviceScheduler scheduler = Create(Small);
        var busy = new ManualResetEventSlim();
        DeviceLease stuck = await scheduler.AcquireAsync(new("deaf", DeviceRequest.Any), default);
        Task<int> running = stuck.Lane.RunAsync(busy, (b, _) =>
        {
            b.Wait(CancellationToken.None);
            return 1;
        }, default).AsTask();
        stuck.Lane.MarkStuck();
        Verify.Equal(1, scheduler.StuckLanes);
        for (int i = 0; i < 5; i++)
        {
            using DeviceLease next = await scheduler.AcquireAsync(new("next", DeviceRequest.Any), default);
            Verify.True(!ReferenceEquals(stuck.Lane, next.Lane));
            Verify.Equal(i, await next.Lane.RunAsync(i, (x, _) => x, default));
        }

        busy.Set();
        await running;
        stuck.Dispose();
        await Verify.EventuallyAsync(() => scheduler.StuckLanes == 0);
    }
}
