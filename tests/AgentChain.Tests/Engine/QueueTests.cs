using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Law 7: every queue is bounded and has a rule for when it is full.</summary>
public class QueueTests
{
    [Fact]
    public void WhenFull_Wait_TheBlockBeforeWaitsAndNothingIsLost() => VirtualWorld.Run(async world =>
    {
        int inside = 0;
        int most = 0;
        await using Chain<int, int> chain = Chain.From<int>("wait")
            .Then("before", world.Work<int>(1))
            .Then("narrow", async (int x, CancellationToken _) =>
            {
                most = Math.Max(most, ++inside);
                await world.Delay(10);
                inside--;
                return x;
            }, o => o.Concurrency(2).Capacity(3))
            .Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 20).Select(i => chain.Start(i))];
        foreach ((int i, Turn<int> turn) in turns.Index())
        {
            Assert.Equal(i, await turn.Output.SingleAsync());
            Reports.AssertLawful(await turn.Completion);
        }

        Assert.Equal(2, most);
        Assert.Equal(101, world.Elapsed.Ms());
        TurnReport last = (await turns[^1].Completion).Report;
        Assert.Equal(90, last.Parts.Where(p => p is { Owner: "narrow", Kind: PartKind.Queue }).Sum(p => p.Duration.Ms()));
    });

    [Fact]
    public void WhenFull_Reject_TheTurnWithoutRoomIsRejectedAndTheOthersComplete() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("reject")
            .Then("narrow", world.Work<int>(10), o => o.Concurrency(1).Capacity(3, QueueFullMode.Reject))
            .Build(world.Options());
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => chain.Start(i).Completion));
        Assert.Equal(
            [TurnOutcome.Completed, TurnOutcome.Completed, TurnOutcome.Completed, TurnOutcome.Rejected, TurnOutcome.Rejected],
            results.Select(r => r.Outcome));
        Assert.Equal("narrow", results[^1].Error!.Block);
        Assert.IsType<TurnRejectedException>(results[^1].Error);
        Assert.All(results, Reports.AssertLawful);
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void WhenFull_WaitingTurnIsInterrupted_LeavesNoTrace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("wait")
            .Then("narrow", world.Work<int>(100), o => o.Concurrency(1).Capacity(1))
            .Build(world.Options());
        Turn<int> working = chain.Start(1);
        Turn<int> waiting = chain.Start(2);
        await world.Delay(10);
        waiting.Interrupt();
        Turn<int> next = chain.Start(3);
        Assert.Equal(TurnOutcome.Interrupted, (await waiting.Completion).Outcome);
        Assert.Equal(1, await working.Output.SingleAsync());
        Assert.Equal(3, await next.Output.SingleAsync());
        Assert.Equal(200, world.Elapsed.Ms());
    });

    [Fact]
    public void MaxTurns_Reached_TheNextTurnIsRejectedAtOnceAndTheOneAfterIsLetIn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("full").Then("work", world.Work<int>(10)).Build(world.Options(o => o.MaxTurns = 3));
        Turn<int>[] inside = [.. Enumerable.Range(0, 3).Select(i => chain.Start(i))];
        Assert.Equal(3, chain.LiveTurns);
        TurnResult refused = await chain.Start(4).Completion;
        Assert.Equal(TurnOutcome.Rejected, refused.Outcome);
        Assert.Contains("3 turns", refused.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, refused.Report.Elapsed);
        Assert.Empty(refused.Report.Parts);
        await Assert.ThrowsAsync<TurnRejectedException>(async () => await chain.RunAsync(5));
        Assert.Equal(3, chain.LiveTurns);
        await inside[0].Completion;
        Assert.Equal(6, await chain.RunAsync(6));
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void Concurrency_NotLimited_ManyTurnsWorkAtOnce() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("wide").Then("work", world.Work<int>(10)).Build(world.Options());
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => chain.RunAsync(i).AsTask()));
        Assert.Equal(10, world.Elapsed.Ms());
    });
}
