using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Turns with a budget of their own, in virtual time.</summary>
public class TurnBudgetTests
{
    [Fact]
    public void Start_OwnBudgetIsShorter_EndsTheTurnAndSaysWhose() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        await using Chain<int, int> chain = Waits(world, 500).Build(world.Options(o => o.Budget = LatencyBudget.Total(300.Milliseconds())));
        chain.BudgetWarning += (_, e) => events.Add($"{world.Elapsed.Ms()} {e}");
        chain.BudgetExceeded += (_, e) => events.Add($"{world.Elapsed.Ms()} {e}");

        TurnResult result = await chain.Start(1, Total(100)).Completion;
        TurnResult other = await chain.Start(2).Completion;
        await world.Delay(1);

        Assert.Equal((TurnOutcome.DeadlineExceeded, 100.0), (result.Outcome, result.Report.Elapsed.Ms()));
        Assert.StartsWith("The turn exceeded its own budget of 100 ms (total time).", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("TurnOptions.Budget", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(300, other.Report.Elapsed.Ms());
        Assert.StartsWith("The chain exceeded its budget of 300 ms", other.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(
            [
                "80 turn 1: 80 ms of 100 ms (Total)", "100 turn 1: 100 ms of 100 ms (Total)",
                "340 turn 2: 240 ms of 300 ms (Total)", "400 turn 2: 300 ms of 300 ms (Total)",
            ],
            events);
        Assert.Equal(LatencyBudget.Total(100.Milliseconds()), result.Report.Budget);
        Assert.Equal(LatencyBudget.Total(300.Milliseconds()), other.Report.Budget);
    });

    [Fact]
    public void Start_OwnBudgetIsLonger_TheChainsHolds() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Waits(world, 500).Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));

        TurnResult result = await chain.Start(1, Total(400)).Completion;

        Assert.Equal((TurnOutcome.DeadlineExceeded, 100.0), (result.Outcome, result.Report.Elapsed.Ms()));
        Assert.StartsWith("The chain exceeded its budget of 100 ms", result.Error!.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Start_ChainHasNoBudget_TheOwnHolds() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Waits(world, 50).Build(world.Options());

        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await chain.RunAsync(1, Total(40)));
        Assert.Equal(40, world.Elapsed.Ms());
        Assert.Equal(2, await chain.RunAsync(2, Total(60)));
        Assert.Equal(3, await chain.RunAsync(3, new TurnOptions()));
        Assert.Equal(4, await chain.RunAsync(4, default)); // Not ambiguous: it is the token.
    });

    [Fact]
    public void Start_OfAStream_EachLimitHolds() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("own")
            .Stream("speak", (_, _, token) => world.Count([20, 20, 50, 20], token))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));

        TurnResult first = await Read(chain, LatencyBudget.FirstOutput(10.Milliseconds()));
        Assert.Equal((BudgetLimit.FirstOutput, 10.0), (Limit(first), first.Report.Elapsed.Ms()));
        TurnResult stall = await Read(chain, LatencyBudget.Stall(30.Milliseconds()));
        Assert.Equal((BudgetLimit.Stall, 70.0), (Limit(stall), stall.Report.Elapsed.Ms()));
        TurnResult total = await Read(chain, LatencyBudget.FirstOutput(25.Milliseconds()).AndTotal(100.Milliseconds()));
        Assert.Equal((BudgetLimit.Total, 100.0), (Limit(total), total.Report.Elapsed.Ms()));
        Assert.Equal([0, 1, 2, 3], await chain.RunToListAsync(1, new TurnOptions { Budget = LatencyBudget.Stall(60.Milliseconds()) }));

        static BudgetLimit Limit(TurnResult result) => Assert.IsType<TurnDeadlineExceededException>(result.Error).Limit;
    });

    [Fact]
    public void StartAsync_ChainIsFull_WaitsAsLongAsTheOwnBudget() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Waits(world, 100).Build(world.Options(o => (o.MaxTurns, o.Budget) = (1, LatencyBudget.Total(1.Seconds()))));
        Turn<int> first = chain.Start(1);

        TurnResult tooShort = await (await chain.StartAsync(2, Total(30))).Completion;
        Assert.Equal((TurnOutcome.Rejected, 30.0), (tooShort.Outcome, world.Elapsed.Ms()));
        TurnResult later = await (await chain.StartAsync(3, Total(150))).Completion;
        Assert.Equal((TurnOutcome.DeadlineExceeded, 150.0), (later.Outcome, later.Report.Elapsed.Ms()));
        Assert.Equal(TurnOutcome.Completed, (await first.Completion).Outcome);
        Assert.Equal(TurnOutcome.Completed, (await (await chain.StartAsync(4, Total(150))).Completion).Outcome);
    });

    [Fact]
    public void Start_DeadlineHasPassed_IsRejectedBeforeAnyWork() => VirtualWorld.Run(async world =>
    {
        int runs = 0;
        await using Chain<int, int> chain = Chain.From<int>("own").Then("count", x => runs += x).Build(world.Options());
        var passed = new TurnOptions { Budget = DeadlineHeaders.Read([new("grpc-timeout", "0m")]) };

        TurnResult[] results = [await chain.Start(1, passed).Completion, await (await chain.StartAsync(1, passed)).Completion];
        await Assert.ThrowsAsync<TurnRejectedException>(async () => await chain.RunAsync(1, passed));

        Assert.All(results, r => Assert.Equal(TurnOutcome.Rejected, r.Outcome));
        Assert.Contains("had passed", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (runs, chain.LiveTurns));
    });

    [Fact]
    public void StartAsync_InAConversation_TheWaitForThePreviousTurnCounts() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Waits(world, 100).Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation(new() { Overlap = TurnOverlap.Wait });

        Turn<int> first = await conversation.StartAsync(1, Total(150));
        await world.Delay(20);
        Turn<int> second = await conversation.StartAsync(2, Total(130));
        Turn<int> third = await conversation.StartAsync(3, Total(1));
        TurnResult[] results = [await first.Completion, await second.Completion, await third.Completion];

        Assert.Equal([TurnOutcome.Completed, TurnOutcome.DeadlineExceeded, TurnOutcome.Rejected], results.Select(r => r.Outcome));
        Assert.Equal([100, 50, 0], results.Select(r => r.Report.Elapsed.Ms()));
        Task<Turn<int>> running = conversation.StartAsync(4).AsTask();
        await world.Delay(10);
        Assert.Equal(TurnOutcome.Rejected, (await (await conversation.StartAsync(5, Total(20))).Completion).Outcome);
        Assert.Equal(TurnOutcome.Completed, (await (await running).Completion).Outcome);
    });

    [Fact]
    public void Start_BadOptions_SaysSo() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Waits(world, 1).Build(world.Options());

        ArgumentException stall = Assert.Throws<ArgumentException>(() => chain.Start(1, new TurnOptions { Budget = LatencyBudget.Stall(1.Seconds()) }));
        Assert.Contains("TurnOptions.Budget", stall.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => chain.Start(1, null!, default));
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void RemainingBudget_InABlock_IsTheShorterOfEachLimit() => VirtualWorld.Run(async world =>
    {
        List<string> seen = [];
        await using StreamChain<int, int> chain = Chain.From<int>("own")
            .Then("think", world.Work<int>(100))
            .Stream("speak", Speak, o => o.Budget(200.Milliseconds()))
            .Build(world.Options(o => o.Budget = LatencyBudget.FirstOutput(400.Milliseconds()).AndTotal(2.Seconds())));

        await chain.RunToListAsync(1, new TurnOptions { Budget = LatencyBudget.Total(250.Milliseconds()) });
        await chain.RunToListAsync(1);

        Assert.Equal(
            [
                "first output 300 ms, total 150 ms; 150", "total 100 ms; 100",
                "first output 300 ms, total 200 ms; 200", "total 150 ms; 150",
            ],
            seen);

        async IAsyncEnumerable<int> Speak(int x, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            Tell(context);
            await world.Delay(50, token);
            yield return x;
            Tell(context);
        }

        void Tell(BlockContext context) => seen.Add($"{context.RemainingBudget}; {context.Remaining.Ms()}");
    });

    [Fact]
    public void RemainingBudget_NoLimit_IsNone() => VirtualWorld.Run(async world =>
    {
        LatencyBudget seen = LatencyBudget.Total(1.Seconds());
        await using Chain<int, int> chain = Chain.From<int>("none").Tap("see", (_, context) => seen = context.RemainingBudget).Build(world.Options());

        await chain.RunAsync(1);

        Assert.True(seen.IsNone);
    });

    static ChainBuilder<int, int> Waits(VirtualWorld world, double milliseconds) => Chain.From<int>("own").Then("wait", world.Work<int>(milliseconds));

    static TurnOptions Total(double milliseconds) => new() { Budget = LatencyBudget.Total(TimeSpan.FromMilliseconds(milliseconds)) };

    static async Task<TurnResult> Read(StreamChain<int, int> chain, LatencyBudget budget)
    {
        Turn<int> turn = chain.Start(1, new TurnOptions { Budget = budget });
        try
        {
            await foreach (int item in turn.Output)
            {
            }
        }
        catch (TurnException)
        {
        }

        return await turn.Completion;
    }
}
