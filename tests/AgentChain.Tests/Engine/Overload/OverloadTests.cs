using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>Turns that are predicted to be late, in virtual time.</summary>
public class OverloadTests
{
    [Fact]
    public void Start_MoreThanAWorkerCanServe_RejectsTheRestAtTheDoor() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = One(world, () => calls++).Build(world.Options(o => Limit(o, 500)));

        // One worker, 100 ms a turn, 500 ms: about five turns are on time.
        TurnResult[] ended = await EndAsync(Enumerable.Range(0, 20).Select(i => chain.Start(i)));

        int completed = ended.Count(turn => turn.Outcome == TurnOutcome.Completed);
        Assert.InRange(completed, 4, 5);
        Assert.Equal(completed, calls);
        Assert.All(ended.Where(turn => turn.Outcome != TurnOutcome.Completed), turn =>
        {
            Assert.Equal(TurnOutcome.Rejected, turn.Outcome);
            TurnPrediction prediction = Assert.IsType<TurnRejectedException>(turn.Error).Prediction!.Value;
            Assert.True(prediction.OnTime < 0.5);
        });
        TurnResult atTheDoor = ended[^1];
        Assert.Equal(TimeSpan.Zero, atTheDoor.Report.Elapsed);
        Assert.Null(atTheDoor.Error!.Block);
        Assert.Contains("expected", atTheDoor.Error.Message, StringComparison.Ordinal);
        Assert.Contains("of 500 ms left", atTheDoor.Error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Start_WithoutOverload_ServesInOrderUntilTheDeadline() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = One(world).Build(world.Options(o => o.Budget = LatencyBudget.Total(500.Milliseconds())));

        TurnResult[] ended = await EndAsync(Enumerable.Range(0, 20).Select(i => chain.Start(i)));

        Assert.All(ended, turn => Assert.NotEqual(TurnOutcome.Rejected, turn.Outcome));
        Assert.Throws<InvalidOperationException>(() => chain.Predict(1));
    });

    [Fact]
    public void Block_EarlierBlockWasSlow_EndsTheTurnBeforeItsWork() => VirtualWorld.Run(async world =>
    {
        bool answered = false;
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => Wait(world, x, 400, token), o => o.Cost(CostModel.Constant(50.Milliseconds())))
            .Then(
                "answer",
                (x, token) =>
                {
                    answered = true;
                    return Wait(world, x, 200, token);
                },
                o => o.Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => Limit(o, 500)));

        TurnResult ended = await chain.Start(1).Completion;

        Assert.Equal(TurnOutcome.Rejected, ended.Outcome);
        Assert.Equal("answer", ended.Error!.Block);
        Assert.Equal(100.Milliseconds(), ((TurnRejectedException)ended.Error).Prediction!.Value.Left);
        Assert.False(answered);
        Assert.Equal(400.Milliseconds(), ended.Report.Elapsed);
    });

    [Fact]
    public void Block_RejectBelowZero_RunsInAnyCase() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = One(world).Build(world.Options(o =>
        {
            Limit(o, 150);
            o.Overload!.RejectBelow = 0;
        }));

        TurnResult[] ended = await EndAsync(Enumerable.Range(0, 5).Select(i => chain.Start(i)));

        Assert.Equal(TurnOutcome.Completed, ended[0].Outcome);
        Assert.All(ended[1..], turn => Assert.Equal(TurnOutcome.DeadlineExceeded, turn.Outcome));
    });

    [Fact]
    public void Device_WaitTookTheTime_EndsTheTurnAndReturnsTheLease() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu() with { MaxLeases = 1 }]);
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (x, token) => Wait(world, x, 400, token), o => o.On(DeviceKind.Cpu).Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => Limit(o, 500).Devices = devices));

        TurnResult[] ended = await EndAsync([chain.Start(1), chain.Start(2)]);

        Assert.Equal(TurnOutcome.Completed, ended[0].Outcome);
        Assert.Equal(TurnOutcome.Rejected, ended[1].Outcome);
        Assert.Equal("answer", ended[1].Error!.Block);
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Stream_PredictedLate_EndsBeforeItsWork() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => Wait(world, x, 400, token), o => o.Cost(CostModel.Constant(50.Milliseconds())))
            .Stream("answer", (int x, CancellationToken token) => Two(world, x, token), o => o.Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => (o.Budget, o.Overload) = (LatencyBudget.FirstOutput(500.Milliseconds()), new())));

        TurnResult ended = await chain.Start(1).Completion;

        Assert.Equal(TurnOutcome.Rejected, ended.Outcome);
        Assert.Equal("answer", ended.Error!.Block);
    });

    [Fact]
    public void Predict_BusyChain_CountsTheWaits() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = One(world).Build(world.Options(o => Limit(o, 1000)));

        TurnPrediction idle = chain.Predict(0);
        Turn<int>[] turns = [.. Enumerable.Range(0, 4).Select(i => chain.Start(i))];
        TurnPrediction busy = chain.Predict(0);

        Assert.Equal(TimeSpan.Zero, idle.Waiting);
        Assert.Equal(1.0, idle.OnTime, 0.01);
        Assert.InRange(idle.Expected.TotalMilliseconds, 90, 115);
        Assert.InRange(busy.Waiting.TotalMilliseconds, 300, 420);
        Assert.Equal(1.Seconds(), busy.Left);
        Assert.Contains("of waits", busy.ToString(), StringComparison.Ordinal);
        await EndAsync(turns);
    });

    [Fact]
    public void Start_PredictionIsFarTooLong_ProbesCorrectIt() => VirtualWorld.Run(async world =>
    {
        // The host declares a second; a run takes 100 ms.
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (x, token) => Wait(world, x, 100, token), o => o.Cost(CostModel.Constant(1.Seconds())))
            .Build(world.Options(o => Limit(o, 500)));
        var outcomes = new List<TurnOutcome>();
        for (int i = 0; i < 60; i++)
        {
            outcomes.Add((await chain.Start(i).Completion).Outcome);
        }

        Assert.Equal(TurnOutcome.Rejected, outcomes[0]);
        Assert.All(outcomes[^10..], outcome => Assert.Equal(TurnOutcome.Completed, outcome));
    });

    [Fact]
    public void Start_BusyChain_DoesNotProbe() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = One(world, () => calls++).Build(world.Options(o => Limit(o, 250)));

        await EndAsync(Enumerable.Range(0, 100).Select(i => chain.Start(i)));

        Assert.InRange(calls, 1, 3);
    });

    [Fact]
    public void Predict_Routes_CountsTheRouterAndTheShortestRoute() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Route(
                "kind",
                async (int x, CancellationToken token) => await Wait(world, x, 200, token) > 0 ? "short" : "long",
                r => r
                    .To("short", b => b.Then("a", (x, token) => Wait(world, x, 100, token), o => o.Cost(CostModel.Constant(100.Milliseconds()))))
                    .To("long", b => b.Then("b", (x, token) => Wait(world, x, 900, token), o => o.Cost(CostModel.Constant(900.Milliseconds())))),
                o => o.Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => Limit(o, 500)));

        Assert.InRange(chain.Predict(1).Expected.TotalMilliseconds, 290, 330);
        Assert.Equal(TurnOutcome.Completed, (await chain.Start(1).Completion).Outcome);
    });

    [Fact]
    public void Predict_Stream_CountsTheTimeToTheFirstOutput() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        for (int i = 0; i < 30; i++)
        {
            costs.Of("answer", part: CostPart.FirstOutput).Observe(default, 200.Milliseconds());
            costs.Of("answer").Observe(default, 2.Seconds());
        }

        await using StreamChain<int, int> chain = Chain.From<int>("desk")
            .Stream("answer", (int x, CancellationToken token) => Two(world, x, token))
            .Build(world.Options(o => (o.Budget, o.Overload, o.Costs) = (LatencyBudget.FirstOutput(500.Milliseconds()), new(), costs)));

        Assert.InRange(chain.Predict(1).Expected.TotalMilliseconds, 195, 205);
    });


    [Fact]
    public void WarmUp_PredictedLate_RunsInAnyCase() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (int x, CancellationToken _) => { calls++; return ValueTask.FromResult(x); }, o => o.Cost(CostModel.Constant(2.Seconds())))
            .Build(world.Options(o => Limit(o, 500)));

        await chain.WarmUpAsync([1]);

        Assert.Equal(1, calls);
    });

    internal static ChainOptions Limit(ChainOptions options, int milliseconds)
    {
        options.Budget = LatencyBudget.Total(milliseconds.Milliseconds());
        options.Overload = new OverloadOptions();
        return options;
    }

    internal static async Task<TurnResult[]> EndAsync(IEnumerable<Turn<int>> turns)
    {
        Turn<int>[] started = [.. turns];
        var results = new TurnResult[started.Length];
        for (int i = 0; i < started.Length; i++)
        {
            results[i] = await started[i].Completion;
        }

        return results;
    }

    internal static async ValueTask<int> Wait(VirtualWorld world, int value, int milliseconds, CancellationToken cancellationToken)
    {
        await Task.Delay(milliseconds.Milliseconds(), world.Clock, cancellationToken);
        return value;
    }

    static ChainBuilder<int, int> One(VirtualWorld world, Action? called = null) => Chain.From<int>("desk").Then(
        "answer",
        (x, token) =>
        {
            called?.Invoke();
            return Wait(world, x, 100, token);
        },
        o => o.Concurrency(1).Cost(CostModel.Constant(100.Milliseconds())));

    static async IAsyncEnumerable<int> Two(
        VirtualWorld world, int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await Wait(world, x, 200, cancellationToken);
        yield return x;
    }
}
