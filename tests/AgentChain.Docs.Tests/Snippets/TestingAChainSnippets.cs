using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/testing.md.</summary>
public sealed class TestingAChainSnippets
{
    #region chain
    static StreamChain<string, string> Support(IBlock<string, string> search, ChainOptions? options = null) => Chain.From<string>("support")
        .Then("search", search, o => o
            .Budget(200.Milliseconds())
            .OnOverrun(Overrun.Fallback("I will call you back.")))
        .Stream("speak", (text, token) => text.Split(' ').ToAsyncEnumerable())
        .Build(options);
    #endregion

    #region in-time
    [Fact]
    public void Support_SearchInTime_SpeaksTheAnswer() => VirtualWorld.Run(async world =>
    {
        var search = new SimulatedBlock<string, string>(LatencyModel.Fixed(150.Milliseconds()), question => $"about {question}");
        await using StreamChain<string, string> chain = Support(search, world.Options());
        Assert.Equal(["about", "refunds"], await chain.RunToListAsync("refunds"));
        Assert.Equal(150.Milliseconds(), world.Elapsed);
    });
    #endregion

    #region late
    [Fact]
    public void Support_SearchIsLate_PromisesToCallBack() => VirtualWorld.Run(async world =>
    {
        var search = new SimulatedBlock<string, string>(LatencyModel.Fixed(5.Seconds()), question => $"about {question}");
        await using StreamChain<string, string> chain = Support(search, world.Options());
        Turn<string> turn = chain.Start("refunds");
        Assert.Equal("I will call you back.", string.Join(' ', await turn.Output.ToListAsync()));
        TurnReport report = (await turn.Completion).Report;
        Assert.Contains(report.Spans, span => span.Block == "search" && span.Notes.HasFlag(SpanNotes.FellBack));
    });
    #endregion

    #region fails
    [Fact]
    public void Support_SearchFails_TheTurnNamesIt() => VirtualWorld.Run(async world =>
    {
        var search = new SimulatedBlock<string, string>(LatencyModel.Fixed(10.Milliseconds()), _ => throw new IOException("no connection"));
        await using StreamChain<string, string> chain = Support(search, world.Options());
        TurnResult result = await chain.Start("refunds").Completion;
        Assert.Equal((TurnOutcome.Failed, "search"), (result.Outcome, result.Error?.Block));
    });
    #endregion
}
