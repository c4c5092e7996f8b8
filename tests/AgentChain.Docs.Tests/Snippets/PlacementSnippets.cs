using System.Diagnostics;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/placement.md.</summary>
public sealed class PlacementSnippets
{
    [Fact]
    public Task Example_FourPhases_PrintsWhatItsCommentsSay() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/PlacementSnippets.cs#example", () =>
        {
            Example();
            return Task.CompletedTask;
        });

    [Fact]
    public Task Modes_Window_PrintsWhatItsCommentsSay() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/PlacementSnippets.cs#modes", () =>
        {
            Modes();
            return Task.CompletedTask;
        });

    [Fact]
    public Task ModeKeeper_DeviceGoes_PrintsWhatItsCommentsSay() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/PlacementSnippets.cs#mode-keeper", () =>
        {
            ModeKeeper(new ServingOptions(2, _ => 10.Milliseconds()), new ServingOptions(1, _ => 10.Milliseconds()), Stopwatch.StartNew());
            return Task.CompletedTask;
        });

    [Fact]
    public async Task Chain_WithAKeeper_FollowsItsPlan()
    {
        var policy = new PlannedPolicy();
        await ChainAsync(policy);
        Assert.Equal("cuda:0", policy.Plan?.DeviceOf("answer"));
    }

    static void Example()
    {
        #region example
        ComputeDevice[] devices =
        [
            new("cuda:0", DeviceKind.Cuda) { Sheet = DeviceSheet.H100, MemoryBytes = 80_000_000_000 },
            new("cuda:1", DeviceKind.Cuda) { Sheet = DeviceSheet.L4, MemoryBytes = 24_000_000_000 },
        ];
        IReadOnlyList<PlacementPhase> phases = PlacementPhase.InOrder(
            new("retrieve") { Work = new() { Operations = 3e11, Bytes = 7e8 }, WeightBytes = 700_000_000 },
            new("answer", WorkPhase.Prefill)
            {
                Work = new() { Operations = 1.6e13, Bytes = 1.6e10 },
                Weights = "llama", WeightBytes = 16_000_000_000, OutputBytes = 1.3e8,
            },
            new("answer", WorkPhase.Decode)
            {
                Work = new() { Bytes = 2e11, DeviceShare = 0.25 }, // its first sentence; four conversations decode together
                Weights = "llama", WeightBytes = 16_000_000_000, MemoryBytes = 4_000_000_000,
            },
            new("speak") { Times = new Dictionary<string, PhaseTime> { ["cuda:0"] = new(60.Milliseconds()), ["cuda:1"] = new(90.Milliseconds()) } });

        PlacementPlan plan = PlacementPlanner.Plan(new(phases, devices) { ArrivalsPerSecond = 6 });

        Console.WriteLine($"{plan.DeviceOf("answer", WorkPhase.Decode)}, {plan.DeviceOf("speak")}"); // cuda:0, cuda:1
        Console.WriteLine($"p95 {plan.Latency.TotalMilliseconds:0} ms"); // p95 469 ms
        #endregion
    }

    static async Task ChainAsync(PlannedPolicy policy)
    {
        #region chain
        using var devices = new DeviceScheduler([new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)], policy); // a PlannedPolicy
        await using Chain<string, string> chain = Chain.From<string>("desk")
            .Then("answer", (string text) => text.ToUpperInvariant(), o => o.On(DeviceKind.Cuda).Cost(CostModel.Constant(40.Milliseconds())))
            .Build(new ChainOptions { Devices = devices });

        var keeper = new PlacementKeeper(policy);
        keeper.Update(chain.ToPlacementProblem(arrivalsPerSecond: 5)); // a first plan for this load
        using KeeperRun run = chain.KeepPlacement(keeper, 10.Seconds(), problem => problem // from now on, by itself
            .Replace("answer", problem.Find("answer")! with { WeightBytes = 16_000_000_000 })); // what the chain cannot know
        run.Failed += (_, failed) => Console.WriteLine(failed.Error.Message);
        Console.WriteLine(chain.Explain()); // budgets, and the plan
        #endregion
    }

    static void ModeKeeper(ServingOptions options, ServingOptions withoutOne, Stopwatch clock)
    {
        #region mode-keeper
        var keeper = new ServingModeKeeper(options);
        using KeeperRun run = keeper.Start(10.Seconds());
        run.Failed += (_, failed) => Console.WriteLine(failed.Error.Message);

        keeper.Add(new Arrival { Time = clock.Elapsed, InputTokens = 1_200, OutputTokens = 150 });
        Console.WriteLine(keeper.Mode); // Chunked

        keeper.Change(withoutOne);
        #endregion
    }

    static void Modes()
    {
        #region modes
        static TimeSpan Step(BatchStep step) => TimeSpan.FromMilliseconds(
            0.5 + Math.Max(0.0325 * (step.PromptTokens + step.Sequences), 6.85 + (0.000056 * step.ContextTokens)));

        var options = new ServingOptions(devices: 2, Step)
        {
            FirstTokenLimit = 1.Seconds(), TokenLimit = 10.Milliseconds(), TransferPerToken = TimeSpan.FromMicroseconds(2),
        };
        Arrival[] window = [.. ArrivalTrace.Poisson(perSecond: 9, count: 500)
            .WithTokens(key => (Input: 200 + key.Below(2_000), Output: 50 + key.Fold(1).Below(300))).Read()];

        Console.WriteLine(ServingChoice.Of(window, options).Setup); // Chunked (128)
        #endregion
    }
}
