using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>A block that runs for many items of a turn: its first runs have spans of their own, the rest is one span.</summary>
public sealed class FoldedSpansTests
{
    const int Kept = 32;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Spans_BlockRanForManyItems_FirstOnesAreToldOneByOneAndTheRestAsOne(bool isWatched) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Each(world, isWatched);
        await using Turn<int> turn = chain.Start(40);
        Assert.Equal(40, (await turn.Output.ToListAsync()).Count);
        BlockSpan[] spans = [.. (await turn.Completion).Report.Spans.Where(s => s.Block == "each")];
        Assert.Equal(Kept + 1, spans.Length);
        BlockSpan rest = Assert.Single(spans, s => s.Runs > 1);
        Assert.Equal((8, 80.0, 320.0, 400.0), (rest.Runs, rest.Working.Ms(), rest.Started.Ms(), rest.Ended.Ms()));
        Assert.Equal(Enumerable.Range(0, Kept).Select(i => i * 10.0), spans.Where(s => s.Runs == 1).Select(s => s.Started.Ms()));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Spans_TurnEndsDuringTheLastRun_ThatRunHasASpanOfItsOwn(bool isWatched) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Each(world, isWatched);
        await using Turn<int> turn = chain.Start(40);
        await world.Delay(395);
        turn.Interrupt();
        BlockSpan last = Assert.Single((await turn.Completion).Report.Spans, s => s.Block == "each" && s.Notes.HasFlag(SpanNotes.Unfinished));
        Assert.Equal((1, 390.0, 395.0), (last.Runs, last.Started.Ms(), last.Ended.Ms()));
    });

    /// <summary>A run's notes must not be determined before it is known whether its work is kept.</summary>
    [Fact]
    public void Spans_ManyRunsOnAHypothesisThatWasWrong_AllAreToldAsTerminated() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("wrong")
            .Revise("listen", world.Hears((0, 300), (1000, -300)))
            .Stream<int>("items", (x, _, _) => Enumerable.Range(0, Math.Abs(x)).Select(i => Math.Sign(x) * i).ToAsyncEnumerable(), o => o.Speculate())
            .ThenEach("each", world.Work<int>(1), o => o.Speculate())
            .Collect("all")
            .Then("sum", Enumerable.Sum)
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController(), HoldCapacity = 1000 }));
        await using Turn<int> turn = chain.Start(1);
        TurnReport report = (await turn.Completion).Report;
        BlockSpan[] early = [.. report.Spans.Where(s => s.Block == "each" && s.Notes.HasFlag(SpanNotes.Speculative))];
        Assert.Equal(300, early.Sum(s => s.Runs));

        // The first item is the same in both.
        Assert.Equal(299, early.Where(s => s.Notes.HasFlag(SpanNotes.Terminated)).Sum(s => s.Runs));
    });

    static StreamChain<int, int> Each(VirtualWorld world, bool isWatched) => Chain.From<int>("items")
        .Stream<int>("items", (x, _, _) => Enumerable.Range(0, x).ToAsyncEnumerable())
        .StreamEach<int>(
            "each",
            (_, _, token) => world.Count([10], token),
            o => _ = isWatched ? o.Budget(20.Milliseconds()).OnOverrun(Overrun.Cancel) : o)
        .Build(world.Options());
}
