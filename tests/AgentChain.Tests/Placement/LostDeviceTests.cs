using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Placement;

/// <summary>Plans of devices that have fallbacks, or that are lost.</summary>
public sealed class LostDeviceTests
{
    static readonly ComputeDevice[] Two = [new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)];
    static readonly ComputeDevice[] All = [.. Two, ComputeDevice.Cpu(1)];
    static readonly DeviceRequest CudaOrCpu = DeviceRequest.OfKind(DeviceKind.Cuda).Or(DeviceRequest.Named("cpu"));

    readonly PlannedPolicy _policy = new();

    [Fact]
    public void Plan_FallbackIsFasterThanTheFirstChoice_UsesItOnlyWhereThatIsLost()
    {
        // As the scheduler does: work waits for the first choice as long as it is there.
        PlacementProblem problem = new(
            [PlacementPlannerTests.Phase("a", ("cuda:0", new(30.Milliseconds())), ("cuda:1", new(40.Milliseconds())), ("cpu", new(5.Milliseconds()))) with { Device = CudaOrCpu }],
            All);

        Assert.Equal("cuda:0", PlacementPlanner.Plan(problem).DeviceOf("a"));
        Assert.Equal("cuda:1", PlacementPlanner.Plan(problem.Without("cuda:0")).DeviceOf("a"));
        Assert.Equal("cpu", PlacementPlanner.Plan(problem.Without("cuda:0").Without("cuda:1")).DeviceOf("a"));
    }

    [Fact]
    public void KeepPlacement_DeviceIsLostInTheFirstWindow_PlansForTheLoadOfThePlan() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(All, _policy) { Time = world.Clock };
        await using Chain<int, int> chain = Chain.From<int>("kept").Then("a", world.Work<int>(20), o => o.On(DeviceKind.Cuda).Cost(CostModel.Constant(20.Milliseconds())))
            .Build(world.Options(o => o.Devices = devices));
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(chain.ToPlacementProblem(arrivalsPerSecond: 30));
        using KeeperRun run = chain.KeepPlacement(keeper, 10.Seconds());
        await world.Delay(100);
        devices.MarkLost(_policy.Plan!.DeviceOf("a")!);
        await world.Delay(1);
        Assert.Equal((30, 1L), (_policy.Plan.ArrivalsPerSecond, run.Updates));
        await world.Delay(10_000);
        Assert.Equal(0, _policy.Plan.ArrivalsPerSecond);
    });

    [Fact]
    public async Task ToPlacementProblem_AllDevicesOfABlockAreLost_NamesThemAndTheWayOut()
    {
        using var devices = new DeviceScheduler(All);
        await using Chain<int, int> chain = Chain.From<int>("gone").Then("model", (int x) => x, o => o.On(DeviceKind.Cuda))
            .Build(new ChainOptions { Devices = devices });
        devices.MarkLost("cuda:0");
        devices.MarkLost("cuda:1");

        PlacementException error = Assert.Throws<PlacementException>(() => chain.ToPlacementProblem());

        Assert.Equal(PlacementObstacle.Device, error.Obstacle);
        Assert.Contains("the block 'model' of the chain 'gone' may run are lost (cuda:0, cuda:1)", error.Message, StringComparison.Ordinal);
        Assert.Contains("DeviceScheduler.Restore", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToPlacementProblem_AllDevicesOfAPhaseAreLost_NamesThem()
    {
        using var devices = new DeviceScheduler(All);
        await using Chain<int, int> chain = Chain.From<int>("gone").Then("model", new Phased()).Build(new ChainOptions { Devices = devices });
        Assert.Throws<InvalidOperationException>(() => chain.ToPlacementProblem());
        devices.MarkLost("cuda:0");

        Assert.Contains("lost (cuda:0)", Assert.Throws<PlacementException>(() => chain.ToPlacementProblem()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepPlacement_SchedulerFollowsOtherPlansOrNone_Throws()
    {
        using var none = new DeviceScheduler(Two);
        using var others = new DeviceScheduler(Two, new PlannedPolicy());
        using var hosts = new DeviceScheduler(Two, new Wrapped(_policy));
        await using Chain<int, int> first = Build(none), second = Build(others), third = Build(hosts);
        var keeper = new PlacementKeeper(_policy);

        string says = Assert.Throws<InvalidOperationException>(() => first.KeepPlacement(keeper, 1.Seconds())).Message;
        Assert.Contains("the policy 'deadline-aware'", says, StringComparison.Ordinal);
        Assert.Contains("the keeper with DeviceScheduler.Policy", says, StringComparison.Ordinal);
        Assert.Contains("another PlannedPolicy", Assert.Throws<InvalidOperationException>(() => second.KeepPlacement(keeper, 1.Seconds())).Message, StringComparison.Ordinal);
        third.KeepPlacement(keeper, 1.Seconds()).Dispose();
    }

    [Fact]
    public async Task KeepPlacement_PlanIsKeptForAnotherChain_ThrowsUntilThatEnds()
    {
        using var devices = new DeviceScheduler(Two, _policy);
        Chain<int, int> first = Build(devices);
        await using Chain<int, int> second = Build(devices);
        KeeperRun run = first.KeepPlacement(new PlacementKeeper(_policy), 1.Seconds());

        string says = Assert.Throws<InvalidOperationException>(() => second.KeepPlacement(new PlacementKeeper(_policy), 1.Seconds())).Message;
        Assert.Contains("kept for the chain 'kept' already", says, StringComparison.Ordinal);
        run.Dispose();
        run.Dispose();
        second.KeepPlacement(new PlacementKeeper(_policy), 1.Seconds()).Dispose();
        first.KeepPlacement(new PlacementKeeper(_policy), 1.Seconds());
        await first.DisposeAsync();
        second.KeepPlacement(new PlacementKeeper(_policy), 1.Seconds()).Dispose();
    }

    [Fact]
    public void KeepPlacement_CallbackReturnsNull_NamesTheCallback() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two, _policy) { Time = world.Clock };
        await using Chain<int, int> chain = Build(devices, world.Options());
        using KeeperRun run = chain.KeepPlacement(new PlacementKeeper(_policy), 10.Seconds(), _ => null!);
        await world.Delay(10_001);
        Assert.Contains("'complete' of KeepPlacement returned null", run.Error!.Message, StringComparison.Ordinal);
    });

    [Fact]
    public async Task ToMermaid_DeviceOfThePlanIsLost_SaysSo()
    {
        using var devices = new DeviceScheduler(Two, _policy);
        await using Chain<int, int> chain = Build(devices);
        _policy.Plan = PlacementPlanner.Plan(chain.ToPlacementProblem());
        Assert.DoesNotContain("lost", chain.ToMermaid() + chain.Explain(), StringComparison.Ordinal);
        devices.MarkLost("cuda:0");

        Assert.Contains("placed on cuda:0, which is lost", chain.ToMermaid(), StringComparison.Ordinal);
        Assert.EndsWith("lost: cuda:0\n", chain.Explain().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_NoCostIsKnown_HasThePlan()
    {
        _policy.Plan = PlacementPlanner.Plan(new([PlacementPlannerTests.Phase("a", ("cuda:0", new(1.Milliseconds())))], Two));
        using var devices = new DeviceScheduler(Two, _policy);
        await using Chain<int, int> chain = Chain.From<int>("planned").Then("a", (int x) => x, o => o.On(DeviceKind.Cuda))
            .Build(new ChainOptions { Devices = devices, Costs = new CostBook() });

        Assert.Contains("placement at 0 turns a second", chain.Explain().ToString(), StringComparison.Ordinal);
    }

    static Chain<int, int> Build(DeviceScheduler devices, ChainOptions? options = null)
    {
        options ??= new ChainOptions();
        options.Devices = devices;
        return Chain.From<int>("kept").Then("a", (int x) => x, o => o.On(DeviceKind.Cuda).Cost(CostModel.Constant(1.Milliseconds()))).Build(options);
    }

    /// <summary>A policy of the host that follows the plan inside.</summary>
    sealed class Wrapped(PlannedPolicy inner) : IDevicePlacementPolicy
    {
        public string Name => "wrapped";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => inner.Pick(request, candidates);
    }

    sealed class Phased : IBlock<int, int>, IHasInnerDevices
    {
        public IReadOnlyList<InnerDevice> InnerDevices => [new("decode", DeviceRequest.Named("cuda:0")) { Phase = WorkPhase.Decode }];

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }
}
