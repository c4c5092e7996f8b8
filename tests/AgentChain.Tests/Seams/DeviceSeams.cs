using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;
using Microsoft.Extensions.Time.Testing;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>Device schedulers, policies, leases and lanes.</summary>
static class DeviceSeams
{
    const string Acquire = "IDeviceScheduler.AcquireAsync";
    const string Release = "DeviceLease.new(release: Action<DeviceLease>)";
    const string Pick = "IDevicePlacementPolicy.Pick";
    static readonly (TurnOutcome, string?) Fault = (TurnOutcome.Failed, Block);
    static readonly (TurnOutcome, string?) Unaffected = (TurnOutcome.Completed, null);

    public static IEnumerable<SeamCase> Cases =>
    [
        .. Fails(Acquire, Waits(OfValue), Throws, ThrowsLater, ReturnsNull, Stale, CannotBeAwaited),
        .. Hangs(Acquire, Waits(OfValue)),
        .. SeamCase.Turn(Acquire, Fault, Waits(OfStream), "for a stream", Throws, ThrowsLater, ReturnsNull),
        .. SeamCase.Turn(Acquire, Fault, Waits(OfEach), "for an item", Throws, ThrowsLater, ReturnsNull),
        .. SeamCase.Turn(Acquire, Fault, Waits(OfRevise), "for hypotheses", Throws, ThrowsLater, ReturnsNull),
        .. SeamCase.Turn(Acquire, Unaffected, Waits(OfPrefill, most: 1), "for a pre-fill", Throws, ThrowsLater, ReturnsNull),
        .. SeamCase.Turn(Acquire, Fault, Lie((scheduler, asked) => Swap(asked, scheduler.TakeOther())), "another device's lease", Lies),
        .. SeamCase.Turn(Acquire, Fault, Lie((_, asked) => Swap(asked, asked)), "a lease that was given back", Lies),
        .. SeamCase.Turn(Acquire, Fault, Lie((_, asked) => Drop(asked, ValueTask.FromCanceled<DeviceLease>(new(true)))), "cancelled", Lies),
        .. SeamCase.Turn(Release, Unaffected, Releases(OfValue), "", Throws),
        .. SeamCase.Turn(Release, Unaffected, Releases(OfStream), "of a stream", Throws),
        .. SeamCase.Turn(Release, Unaffected, Releases(OfEach), "of an item", Throws),
        .. SeamCase.Turn(Release, Unaffected, Releases(OfRevise), "of hypotheses", Throws),
        .. SeamCase.Turn(Release, Unaffected, Releases(OfPrefill), "of a pre-fill", Throws),
        .. SeamCase.Turn(Pick, Fault, Picks(2), "", Throws, Lies),
        .. SeamCase.Turn(Pick, Fault, Picks(-2), "a negative index", Lies),
        new("DeviceLane.RunAsync(job: Func<TState, CancellationToken, TResult>)", Throws, _ => LaneGoesOn()),
        new("PlacementRequest.StillSpeculative: Func<Boolean>", Throws, _ => StaysSpeculative()),
        new("PlacementRequest.CanWait: Func<Boolean>", Throws, _ => CannotWait()),
        new("PlacementRequest.Predict: Func<ComputeDevice, Nullable<TimeSpan>>", Throws, _ => IsNotPredicted()),
        new("DeviceScheduler.LaneReplaced: EventHandler<LaneReplacedEventArgs>", Throws, _ => LaneIsReplaced()),
        new("DeviceScheduler.PresenceChanged: EventHandler<DevicePresenceEventArgs>", Throws, _ => PresenceIsTold()),
        new("IDeviceScheduler.PresenceChanged", Throws, _ => ChainRunsWithoutPresence()),
        new("PlacementRequest.Yield: Action", Throws, _ => OtherWorkIsServed()),
        new("DeviceScheduler.Time: TimeProvider", Throws, _ => LeasesWithoutAClock()),
        .. Fails("IDeviceScheduler.ReportLost", Loses, Throws),
        ThrowsToCaller("IDeviceScheduler.IsPresent", IsReady),
        .. IsIgnored(
            "BlockSetup.StaysWith(state: Func<TIn, DeviceAffinity>)",
            (_, host, options) => From.Then(Block, (int x) => x, o => o.On(DeviceKind.Cpu).StaysWith(_ => host.Return(default(DeviceAffinity)))).Build(options),
            Throws),
        .. IsIgnored(
            "StreamSetup.StaysWith(state: Func<TIn, DeviceAffinity>)",
            (_, host, options) => From.Stream(Block, BlockSeams.Two, o => o.On(DeviceKind.Cpu).StaysWith(_ => host.Return(default(DeviceAffinity)))).Build(options),
            Throws),
    ];

    static ChainBuilder<int, int> From => Chain.From<int>("seams");

    static Func<VirtualWorld, ChainOptions, ChainBase<int, int>> OfValue => (_, options) =>
        From.Then(Block, (x, token) => new HostCode(Throws).ReturnAsync(x), o => o.On(DeviceKind.Cpu)).Build(options);

    static Func<VirtualWorld, ChainOptions, ChainBase<int, int>> OfStream => (_, options) =>
        From.Stream(Block, BlockSeams.Two, o => o.On(DeviceKind.Cpu)).Build(options);

    static Func<VirtualWorld, ChainOptions, ChainBase<int, int>> OfEach => (_, options) =>
        From.Stream("two", BlockSeams.Two).StreamEach(Block, BlockSeams.Two, o => o.On(DeviceKind.Cpu)).Build(options);

    static Func<VirtualWorld, ChainOptions, ChainBase<int, int>> OfRevise => (world, options) =>
        From.Revise(Block, world.Hears((0, 1), (10, 2)), o => o.On(DeviceKind.Cpu)).Build(options);

    static Func<VirtualWorld, ChainOptions, ChainBase<int, int>> OfPrefill => (world, options) =>
    {
        options.Speculation = new SpeculationOptions { Controller = new EagerController() };
        return From.Revise("hear", world.Hears((0, 1), (10, 2), (30, 2)))
            .Then(Block, new Warm(), o => o.Speculate(SpeculationLevel.Prefill).On(DeviceKind.Cpu)).Build(options);
    };

    /// <summary>A pre-fill asks before its block's own run does: with one strike, that one has its device.</summary>
    static Build Waits(Func<VirtualWorld, ChainOptions, ChainBase<int, int>> make, int most = int.MaxValue) => (world, host, options) =>
    {
        host.Most = most;
        options.Devices = host.Own(new HostScheduler(host, HostScheduler.Member.AcquireAsync));
        return make(world, options);
    };

    static Build Lie(Func<HostScheduler, DeviceLease, ValueTask<DeviceLease>> lie) => (world, host, options) =>
    {
        HostScheduler scheduler = null!;
        options.Devices = scheduler = host.Own(new HostScheduler(host, HostScheduler.Member.AcquireAsync, asked => lie(scheduler, asked)));
        return OfValue(world, options);
    };

    static Build Releases(Func<VirtualWorld, ChainOptions, ChainBase<int, int>> make) => (world, host, options) =>
    {
        options.Devices = host.Own(new HostScheduler(host, HostScheduler.Member.AcquireAsync, asked => new(
            new DeviceLease(asked.Device, asked.Lane, asked.Holder, asked.Until, _ =>
            {
                asked.Dispose();
                throw new HostException();
            }))));
        return make(world, options);
    };

    static Build Picks(int lie) => (world, host, options) =>
    {
        options.Devices = host.Own(new DeviceScheduler([ComputeDevice.Cpu(1)], new Policy(host, lie)));
        return OfValue(world, options);
    };

    static ValueTask<DeviceLease> Swap(DeviceLease asked, DeviceLease other)
    {
        asked.Dispose();
        return new(other);
    }

    static ValueTask<DeviceLease> Drop(DeviceLease asked, ValueTask<DeviceLease> answer)
    {
        asked.Dispose();
        return answer;
    }

    static Build Loses => (_, host, options) =>
    {
        options.Devices = host.Own(new HostScheduler(host, HostScheduler.Member.ReportLost));
        return From.Then(
            Block,
            (int x, BlockContext c, CancellationToken _) => host.IsBad ? ValueTask.FromException<int>(new DeviceLostException(c.Lease!.Device.Name)) : new(x),
            o => o.On(DeviceKind.Cpu)).Build(options);
    };

    static void IsReady(HostCode host)
    {
        HostScheduler scheduler = host.Own(new HostScheduler(host, HostScheduler.Member.IsPresent));
        Chain<int, int> chain = From.Then(Block, (int x) => x, o => o.On(DeviceKind.Cpu)).Build(new ChainOptions { Devices = scheduler });
        try
        {
            Assert.True(chain.Readiness.IsReady);
        }
        finally
        {
            chain.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    static void IsNotPredicted()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1), new ComputeDevice("other", DeviceKind.Other)]);
        var host = new HostCode(Throws) { IsBad = true };
        var request = new PlacementRequest("block", DeviceRequest.Any) { Predict = _ => host.Return<TimeSpan?>(1.Seconds()) };
        scheduler.AcquireAsync(request, default).AsTask().GetAwaiter().GetResult().Dispose();
        Assert.True(host.Times > 0);
        Assert.Equal(0, scheduler.OpenLeases);
    }

    static void LaneIsReplaced()
    {
        var clock = new FakeTimeProvider();
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]) { Time = clock, StuckLimit = 1.Seconds() };
        using var release = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        var host = new HostCode(Throws) { IsBad = true };
        scheduler.LaneReplaced += (_, _) => host.Act();
        using DeviceLease lease = scheduler.AcquireAsync(new("block", DeviceRequest.Any), default).AsTask().GetAwaiter().GetResult();
        Task<bool> hung = lease.Lane.RunAsync((release, started), static (events, _) =>
        {
            events.started.Set();
            return events.release.Wait(TimeSpan.FromSeconds(60));
        }, default).AsTask();
        Assert.True(started.Wait(TimeSpan.FromSeconds(60)));
        lease.Lane.MarkStuck();
        clock.Advance(1.Seconds());
        Assert.Equal(1, host.Times);
        Assert.Equal(1, lease.Lane.RunAsync(1, static (x, _) => x, default).AsTask().GetAwaiter().GetResult());
        release.Set();
        Assert.Throws<LaneHungException>(() => hung.GetAwaiter().GetResult());
    }

    static void PresenceIsTold()
    {
        var host = new HostCode(Throws) { IsBad = true };
        List<bool> told = [];
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        scheduler.PresenceChanged += (_, _) => host.Act();
        scheduler.PresenceChanged += (_, args) => told.Add(args.IsPresent);
        scheduler.MarkLost("cpu");
        scheduler.Restore("cpu");
        Assert.Equal([false, true], told);
        Assert.Equal(2, host.Times);
    }

    static void ChainRunsWithoutPresence() => VirtualWorld.Run(async world =>
    {
        var host = new HostCode(Throws) { IsBad = true };
        using var scheduler = new HostScheduler(host, HostScheduler.Member.PresenceChanged);
        await using (Chain<int, int> chain = From.Then(Block, x => x + 1, o => o.On(DeviceKind.Cpu)).Build(world.Options(o => o.Devices = scheduler)))
        {
            Assert.Equal(2, await chain.RunAsync(1));
        }

        Assert.Equal(2, host.Times);
    });

    static void OtherWorkIsServed()
    {
        var host = new HostCode(Throws) { IsBad = true };
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        PlacementRequest request = new("block", DeviceRequest.Any);
        using DeviceLease idle = scheduler.AcquireAsync(request with { Yield = () => host.Act() }, default).AsTask().GetAwaiter().GetResult();
        Assert.Equal(0, host.Times);
        using DeviceLease other = scheduler.AcquireAsync(request, default).AsTask().GetAwaiter().GetResult();
        Assert.Equal((1, 2), (host.Times, scheduler.OpenLeases));
    }

    static void LeasesWithoutAClock()
    {
        var host = new HostCode(Throws) { IsBad = true };
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }])
        {
            Time = new BrokenClock(host),
            CallLimit = 1.Seconds(),
        };
        PlacementRequest request = new("block", DeviceRequest.Any, until: 1) { Predict = static _ => 1.Seconds() };
        DeviceLease held = scheduler.AcquireAsync(request, default).AsTask().GetAwaiter().GetResult();
        Task<DeviceLease> waits = scheduler.AcquireAsync(request, default).AsTask();
        held.Lane.MarkStuck();
        held.Dispose();
        waits.GetAwaiter().GetResult().Dispose();
        Assert.True(host.Times > 0);
        Assert.Equal(0, scheduler.OpenLeases);
    }

    static void LaneGoesOn()
    {
        using var lane = new DeviceLane("seams");
        var host = new HostCode(Throws) { IsBad = true };
        Assert.Throws<HostException>(() => lane.RunAsync(host, (h, _) => h.Return(1), default).AsTask().GetAwaiter().GetResult());
        host.IsBad = false;
        Assert.Equal(1, lane.RunAsync(host, (h, _) => h.Return(1), default).AsTask().GetAwaiter().GetResult());
        Assert.Equal(1, host.Times);
    }

    static void StaysSpeculative()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        var host = new HostCode(Throws) { IsBad = true };
        var request = new PlacementRequest("block", DeviceRequest.Any);
        DeviceLease held = scheduler.AcquireAsync(request, default).AsTask().GetAwaiter().GetResult();
        Task<DeviceLease> early = scheduler.AcquireAsync(
            request with { IsSpeculative = true, StillSpeculative = () => host.Return(false) }, default).AsTask();
        Task<DeviceLease> certain = scheduler.AcquireAsync(request, default).AsTask();
        held.Dispose();
        Assert.True(host.Times > 0);
        certain.GetAwaiter().GetResult().Dispose();
        early.GetAwaiter().GetResult().Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    static void CannotWait()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        var host = new HostCode(Throws) { IsBad = true };
        var request = new PlacementRequest("block", DeviceRequest.Any);
        DeviceLease held = scheduler.AcquireAsync(request, default).AsTask().GetAwaiter().GetResult();
        Task<DeviceLease> plays = scheduler.AcquireAsync(request with { CanWait = () => host.Return(true) }, default).AsTask();
        Task<DeviceLease> silent = scheduler.AcquireAsync(request, default).AsTask();
        held.Dispose();
        Assert.True(host.Times > 0);
        plays.GetAwaiter().GetResult().Dispose();
        silent.GetAwaiter().GetResult().Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    sealed class Policy(HostCode host, int lie) : IDevicePlacementPolicy
    {
        public string Name => "host";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => host.Return(0, lie);
    }

    sealed class BrokenClock(HostCode host) : TimeProvider
    {
        public override long TimestampFrequency => host.Return(1L);

        public override long GetTimestamp() => host.Return(1L);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => host.Return<ITimer>(null!);
    }

    sealed class Warm : IBlock<int, int>, IPrefill<int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask PrefillAsync(int input, BlockContext context, CancellationToken cancellationToken) => default;
    }
}
