using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentChain.Tests.Placement;

/// <summary>Chains whose scheduler follows a plan.</summary>
public sealed class PlacementChainTests
{
    static ComputeDevice[] Two => [new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)];

    [Fact]
    public async Task Plan_OfTheChainsOwnCosts_IsFollowedAndShown()
    {
        var policy = new PlannedPolicy();
        using var devices = new DeviceScheduler(Two, policy);
        CostBook costs = new CostBook()
            .Declare("retrieve", CostModel.Constant(40.Milliseconds()), "cuda:0").Declare("retrieve", CostModel.Constant(10.Milliseconds()), "cuda:1")
            .Declare("answer", CostModel.Constant(20.Milliseconds()), "cuda:0").Declare("answer", CostModel.Constant(90.Milliseconds()), "cuda:1");
        await using Chain<int, string> chain = Chain.From<int>("planned")
            .Then("retrieve", (int _, BlockContext c, CancellationToken _) => ValueTask.FromResult(c.Lease!.Device.Name), o => o.On(DeviceKind.Cuda))
            .Then("answer", (string x, BlockContext c, CancellationToken _) => ValueTask.FromResult($"{x}, {c.Lease!.Device.Name}"), o => o.On(DeviceKind.Cuda))
            .Build(new ChainOptions { Devices = devices, Costs = costs });
        Assert.Null(chain.Explain().Placement);

        policy.Plan = PlacementPlanner.Plan(chain.ToPlacementProblem(arrivalsPerSecond: 2));

        Assert.Equal("cuda:1, cuda:0", await chain.RunAsync(1));
        Assert.Same(policy.Plan, chain.Explain().Placement);
        Assert.Contains("placement at 2 turns a second", chain.Explain().ToString(), StringComparison.Ordinal);
        Assert.Contains("retrieve<br/>on any Cuda device<br/>placed on cuda:1", chain.ToMermaid(), StringComparison.Ordinal);
        Assert.Contains("answer<br/>on any Cuda device<br/>placed on cuda:0", chain.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToPlacementProblem_ParallelRouteLoopAndSubChain_HaveTheirOrderAndLoad()
    {
        using var devices = new DeviceScheduler(Two);
        CostModel ten = CostModel.Constant(10.Milliseconds());
        Chain<int, int> inner = Chain.From<int>("inner").Then("deep", Same, o => o.On("cuda:0").Cost(ten)).Build(new ChainOptions { Devices = devices });
        await using Chain<int, int> chain = Chain.From<int>("whole")
            .Parallel(
                "both",
                left => left.Then("left", Same, o => o.On("cuda:0").Cost(ten)),
                right => right.Then("right", Same, o => o.On("cuda:1").Cost(ten)),
                (_, a, b) => a + b)
            .Then("free", Same)
            .Then("again", inner)
            .Build(new ChainOptions { Devices = devices });

        PlacementProblem problem = chain.ToPlacementProblem();

        Assert.Equal(["left", "right", "again/deep"], problem.Phases.Select(phase => phase.Name));
        Assert.Equal(["", "", "left,right"], problem.Phases.Select(phase => string.Join(',', phase.After)));
        Assert.All(problem.Phases, phase => Assert.InRange(phase.Times!.Single().Value.Mean.TotalMilliseconds, 9, 12));
        await inner.DisposeAsync();
    }

    [Fact]
    public async Task ToPlacementProblem_MoreRoundsOfALongTimeThanThereIsTime_IsTheLongestTime()
    {
        using var devices = new DeviceScheduler(Two);
        await using Chain<int, int> chain = Chain.From<int>("long")
            .Loop(
                "outer",
                outer => outer.Loop(
                    "inner", inner => inner.Then("body", Same, o => o.On("cuda:0").Cost(CostModel.Constant(TimeSpan.FromDays(1_000)))), _ => false,
                    LoopBound.TakeLast(100_000)),
                _ => false,
                LoopBound.TakeLast(100_000))
            .Build(new ChainOptions { Devices = devices });

        Assert.Equal(TimeSpan.MaxValue, chain.ToPlacementProblem().Phases.Single().Times!.Single().Value.Mean);
    }

    [Fact]
    public async Task ToPlacementProblem_StreamBlock_NextBeginsWithItsFirstOutput()
    {
        using var devices = new DeviceScheduler(Two);
        CostBook costs = new CostBook()
            .Declare("answer", CostModel.Constant(80.Milliseconds()), "cuda:0", CostPart.FirstOutput)
            .Declare("answer", CostModel.Constant(2.Seconds()), "cuda:0");
        await using StreamChain<int, int> chain = Chain.From<int>("streams")
            .Stream("answer", (int x, BlockContext _, CancellationToken _) => Once(x), o => o.On("cuda:0"))
            .Build(new ChainOptions { Devices = devices, Costs = costs });

        PhaseTime time = chain.ToPlacementProblem().Phases.Single().Times!["cuda:0"];

        Assert.InRange(time.Mean.TotalMilliseconds, 75, 95);
        Assert.InRange(time.Busy.TotalMilliseconds, 1_900, 2_300);
    }

    [Fact]
    public async Task Update_DeviceOfTheChainIsLost_PlacesItsBlocksElsewhere()
    {
        var policy = new PlannedPolicy();
        using var devices = new DeviceScheduler(Two, policy);
        CostBook costs = new CostBook()
            .Declare("model", CostModel.Constant(10.Milliseconds()), "cuda:0").Declare("model", CostModel.Constant(40.Milliseconds()), "cuda:1");
        await using Chain<int, string> chain = Chain.From<int>("lost")
            .Then("model", (int _, BlockContext c, CancellationToken _) => ValueTask.FromResult(c.Lease!.Device.Name), o => o.On(DeviceKind.Cuda))
            .Build(new ChainOptions { Devices = devices, Costs = costs });
        var keeper = new PlacementKeeper(policy);
        keeper.Update(chain.ToPlacementProblem());
        string before = await chain.RunAsync(1);
        devices.MarkLost("cuda:0");

        // Before the next window, the other policy places the block.
        string meanwhile = await chain.RunAsync(1);
        PlacementDecision decision = keeper.Update(chain.ToPlacementProblem());

        Assert.Equal(("cuda:0", "cuda:1", PlacementDecision.Moved), (before, meanwhile, decision));
        Assert.Equal("cuda:1", policy.Plan!.DeviceOf("model"));
        Assert.Equal("cuda:1", await chain.RunAsync(1));
    }

    [Fact]
    public async Task ToPlacementProblem_AllDevicesLost_SaysSo()
    {
        using var devices = new DeviceScheduler(Two);
        await using Chain<int, int> chain = Chain.From<int>("gone").Then("block", Same, o => o.On("cuda:0")).Build(new ChainOptions { Devices = devices });
        devices.MarkLost("cuda:0");
        devices.MarkLost("cuda:1");

        PlacementException error = Assert.Throws<PlacementException>(() => chain.ToPlacementProblem());

        Assert.Equal(PlacementObstacle.Device, error.Obstacle);
        Assert.Contains("All devices of the chain 'gone' are lost (cuda:0, cuda:1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_PolicyFollowsAPlan_CountsTheTimesOfThePlannedDevices()
    {
        var policy = new PlannedPolicy();
        using var devices = new DeviceScheduler(Two, policy);
        CostBook costs = new CostBook()
            .Declare("model", CostModel.Constant(20.Milliseconds()), "cuda:0").Declare("model", CostModel.Constant(90.Milliseconds()), "cuda:1");
        await using Chain<int, int> chain = Chain.From<int>("planned").Then("model", Same, o => o.On(DeviceKind.Cuda))
            .Build(new ChainOptions { Devices = devices, Costs = costs });

        foreach ((string device, int least, int most) in new[] { ("cuda:1", 80, 100), ("cuda:0", 15, 25) })
        {
            policy.Plan = PlacementPlanner.Plan(new([PlacementPlannerTests.Phase("model", (device, new(1.Milliseconds())))], Two));

            BudgetRow row = chain.Explain().Blocks.Single();

            Assert.Equal(device, row.Device);
            Assert.InRange(row.Median.TotalMilliseconds, least, most);
        }
    }

    [Fact]
    public async Task ToPlacementProblem_NoBlockRequestsADevice_SaysSo()
    {
        await using Chain<int, int> chain = Chain.From<int>("bare").Then("block", Same).Build();

        Assert.Contains("No block of the chain 'bare' requests a device", Assert.Throws<InvalidOperationException>(() => chain.ToPlacementProblem()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_PlanPlacesABlockWhereItCannotRun_NamesBoth()
    {
        PlacementPlan plan = PlacementPlanner.Plan(new([PlacementPlannerTests.Phase("model", ("cuda:0", new(1.Milliseconds())))], Two));
        using var devices = new DeviceScheduler(Two, new PlannedPolicy(plan));

        ChainValidationException error = Assert.Throws<ChainValidationException>(() =>
            Chain.From<int>("wrong").Then("model", Same, o => o.On("cuda:1")).Build(new ChainOptions { Devices = devices }));

        Assert.Contains("Block 'model' requests cuda:1, but the plan of the scheduler's PlannedPolicy places it on cuda:0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddAgentChainDevices_PolicyPlanned_HasAPolicyThatWaitsForItsPlan()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["AgentChain:Devices:Policy"] = "Planned" }).Build());
        services.AddAgentChainDevices(Two);
        using ServiceProvider provider = services.BuildServiceProvider();

        var scheduler = Assert.IsType<DeviceScheduler>(provider.GetRequiredService<IDeviceScheduler>());

        Assert.Null(Assert.IsType<PlannedPolicy>(scheduler.Policy).Plan);
    }

    static ValueTask<int> Same(int x, BlockContext context, CancellationToken cancellationToken) => ValueTask.FromResult(x);

    static async IAsyncEnumerable<int> Once(int x)
    {
        await Task.CompletedTask;
        yield return x;
    }
}
