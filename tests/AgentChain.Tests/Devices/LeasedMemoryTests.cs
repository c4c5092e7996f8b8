using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>Memory that a request needs while it has its lease.</summary>
public class LeasedMemoryTests
{
    static readonly ComputeDevice One = new("cuda:0", DeviceKind.Cuda) { MemoryBytes = 100 };
    static readonly ComputeDevice Two = new("cuda:1", DeviceKind.Cuda) { MemoryBytes = 100 };

    [Fact]
    public async Task Acquire_MemoryTaken_GoesToTheDeviceThatHasIt()
    {
        using var scheduler = new DeviceScheduler([One, Two]);
        using DeviceLease first = await scheduler.AcquireAsync(Request(80), default);
        using DeviceLease second = await scheduler.AcquireAsync(Request(80), default);
        Assert.NotEqual(first.Device, second.Device);
        Assert.Equal(["cuda:0 80 B Workspace", "cuda:1 80 B Workspace"], scheduler.Ledger.Holders.Select(h => $"{h.Device} {h.Bytes} B {h.Purpose}").Order());
    }

    [Fact]
    public async Task Acquire_NoDeviceHasTheMemory_WaitsUntilItIsReturned()
    {
        using var scheduler = new DeviceScheduler([One]);
        MemoryLease weights = scheduler.Ledger.Reserve("cuda:0", 50, MemoryPurpose.Weights, "llm");
        Task<DeviceLease> waits = scheduler.AcquireAsync(Request(60), default).AsTask();
        Assert.False(waits.IsCompleted);
        weights.Dispose();
        using DeviceLease lease = await waits;
        Assert.Equal(60, scheduler.Ledger.ReservedBytes("cuda:0"));
        lease.Dispose();
        Assert.Empty(scheduler.Ledger.Holders);
    }

    [Fact]
    public async Task Acquire_MoreThanAnyDeviceHas_IsRefusedAtOnce()
    {
        using var scheduler = new DeviceScheduler([One, Two]);
        DeviceMemoryException error = await Assert.ThrowsAsync<DeviceMemoryException>(async () => await scheduler.AcquireAsync(Request(101), default));
        Assert.Equal(("block", 101L), (error.Owner, error.Asked));
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task Ledger_SharedByTwoSchedulers_OneWaitsForTheOther()
    {
        using var one = new DeviceScheduler([One]);
        using var other = new DeviceScheduler([One]) { Ledger = one.Ledger };
        DeviceLease held = await one.AcquireAsync(Request(80), default);
        Task<DeviceLease> waits = other.AcquireAsync(Request(80), default).AsTask();
        Assert.False(waits.IsCompleted);
        held.Dispose();
        (await waits).Dispose();
        Assert.Empty(one.Ledger.Holders);
    }

    [Fact]
    public void Ledger_LacksADevice_IsRefused() => Assert.Contains(
        "does not know the device 'cuda:1'",
        Assert.Throws<ArgumentException>(() => new DeviceScheduler([One, Two]) { Ledger = new DeviceLedger([One]) }).Message);

    [Fact]
    public async Task Acquire_CanceledAndReleasedAHundredThousandTimes_LeavesNothing()
    {
        using var scheduler = new DeviceScheduler([One with { MaxLeases = 2 }, Two with { MaxLeases = 1, Lanes = 2 }]);
        var random = new Random(3);
        List<(Task<DeviceLease> Lease, CancellationTokenSource Source)> open = [];
        for (int i = 0; i < 100_000; i++)
        {
            var source = new CancellationTokenSource();
            PlacementRequest request = Request(random.Next(60)) with
            {
                IsSpeculative = random.Next(2) == 0,
                StartBy = random.Next(3) == 0 ? i : long.MaxValue,
                Predict = random.Next(2) == 0 ? static _ => 10.Milliseconds() : null,
            };
            open.Add((scheduler.AcquireAsync(request, source.Token).AsTask(), source));
            while (open.Count > random.Next(8))
            {
                int at = random.Next(open.Count);
                (Task<DeviceLease> lease, CancellationTokenSource canceled) = open[at];
                open.RemoveAt(at);
                if (random.Next(3) == 0 || !lease.IsCompleted)
                {
                    await canceled.CancelAsync();
                }

                await Return(lease);
                canceled.Dispose();
            }
        }

        foreach ((Task<DeviceLease> lease, CancellationTokenSource source) in open)
        {
            await source.CancelAsync();
            await Return(lease);
            source.Dispose();
        }

        Assert.Equal(0, scheduler.OpenLeases);
        Assert.Empty(scheduler.Ledger.Holders);
        Assert.Equal((0L, 0L), (scheduler.Ledger.ReservedBytes("cuda:0"), scheduler.Ledger.ReservedBytes("cuda:1")));
        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.Any));

        static async Task Return(Task<DeviceLease> asked)
        {
            await asked.ContinueWith(static _ => { }, TaskScheduler.Default);
            if (asked.IsCompletedSuccessfully)
            {
                (await asked).Dispose();
            }
        }
    }

    static PlacementRequest Request(long bytes) => new("block", DeviceRequest.Any) { MemoryBytes = bytes };
}
