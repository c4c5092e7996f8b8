using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>The work on a hypothesis that is kept when the final value arrives.</summary>
public class CommitTests
{
    [Fact]
    public void Hypothesis_ComesTrue_ItsRunStandsAndIsNotMadeAgain() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 200, x => x + " found");
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "balance"), (500, "balance")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager());

        await using Turn<string> turn = chain.Start("");
        Assert.Equal("balance found", await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Reports.AssertLawful(result);
        Assert.Equal([(100.0, "balance", 300.0, false)], search.Runs);
        Assert.Equal(500, result.Report.Elapsed.Ms());
        SpeculationAccount account = result.Report.Speculation;
        Assert.Equal((1, 1, 0, 200.0, 0.0), (account.Started, account.Committed, account.Terminated, account.Saved.Ms(), account.Wasted.Ms()));
        BlockSpan span = Assert.Single(result.Report.Spans, s => s.Block == "search");
        Assert.Equal(SpanNotes.Speculative, span.Notes);
        Assert.Equal((100.0, 300.0), (span.Started.Ms(), span.Ended.Ms()));
    });

    [Fact]
    public void Hypothesis_ComesTrueWhileItsRunWorks_TheRestIsWaitedFor() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 300, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "balance"), (200, "balance")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(400, result.Report.Elapsed.Ms());
        Assert.Equal(100, result.Report.Speculation.Saved.Ms());
        Assert.Equal(
            [("listen", 200.0), ("search", 200.0)], result.Report.Parts.Where(p => p.Duration > TimeSpan.Zero).Select(p => (p.Owner, p.Duration.Ms())));
    });

    [Fact]
    public void Hypothesis_Contradicted_ItsRunIsTerminatedAtOnce() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 300, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "what is"), (250, "what is due"), (700, "what is due")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal([(100.0, "what is", 250.0, true), (250.0, "what is due", 550.0, false)], search.Runs);
        SpeculationAccount account = result.Report.Speculation;
        Assert.Equal((2, 1, 1, 300.0, 150.0), (account.Started, account.Committed, account.Terminated, account.Saved.Ms(), account.Wasted.Ms()));
        Assert.Contains(result.Report.Spans, s => s.Notes.HasFlag(SpanNotes.Terminated));
    });

    [Fact]
    public void FinalValue_DiffersFromTheHypothesis_RunsAnew() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 100, x => x + " found");
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (500, "right")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("right found", await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.Equal(600, result.Report.Elapsed.Ms());
        Assert.Equal((0.0, 100.0), (result.Report.Speculation.Saved.Ms(), result.Report.Speculation.Wasted.Ms()));
    });

    [Fact]
    public void Transcript_ChangesButNotItsRedactedText_AllBehindStands() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 200, x => x + " documents");
        var answer = new Worker<string, string>(world, 100, x => x + " answer");
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "card 1234"), (200, "card 1235"), (600, "card 1236")))
            .Then("redact", x => x.Split(' ')[0] + " [number]")
            .Then("search", search, o => o.Speculate())
            .Then("answer", answer, o => o.Speculate())
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("card [number] documents answer", await turn.Output.SingleAsync());
        Assert.Single(search.Runs);
        Assert.Single(answer.Runs);
        Assert.Equal(600, (await turn.Completion).Report.Elapsed.Ms());
        Assert.Equal(300, (await turn.Completion).Report.Speculation.Saved.Ms());
    });

    [Fact]
    public void Documents_EqualByTheirCommitKey_OnlyTheSearchRunsAgain() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, (string Id, double Score)>(world, 200, x => (x[..4], x.Length));
        var answer = new Worker<(string Id, double Score), string>(world, 300, x => "about " + x.Id);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "bill"), (500, "bills")))
            .Then("search", search, o => o.Speculate())
            .Then("answer", answer, o => o.Speculate().CommitKey(found => found.Id))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("about bill", await turn.Output.SingleAsync());

        // The answer, begun at 300, survived the time in which the search ran for the final words: 500 to 700.
        Assert.Equal(2, search.Runs.Count);
        Assert.Equal([300.0], answer.Runs.Select(r => r.Began));
        Assert.Equal(700, (await turn.Completion).Report.Elapsed.Ms());
    });

    [Fact]
    public void Documents_Differ_WhatRestedOnTheOldOnesIsTerminatedThen() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 200, x => x);
        var answer = new Worker<string, string>(world, 1000, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "bill"), (500, "plan")))
            .Then("search", search, o => o.Speculate())
            .Then("answer", answer, o => o.Speculate())
            .Build(world.Eager());
        await chain.ResultAsync("");
        Assert.Equal([(300.0, "bill", 700.0, true), (700.0, "plan", 1700.0, false)], answer.Runs);
    });

    [Fact]
    public void CarriedValue_ReadByTheRun_IsPartOfTheCommitTest() => VirtualWorld.Run(async world =>
    {
        var key = new TurnKey<string>("name");
        int runs = 0;
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "i am bob"), (500, "i am rob")))
            .Then("redact", new Redactor(key))
            .Then(
                "greet",
                async (string text, BlockContext context, CancellationToken token) =>
                {
                    runs++;
                    string? name = context.Get(key);
                    await world.Delay(100, token);
                    return $"hello {name}";
                },
                o => o.Speculate())
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("hello rob", await turn.Output.SingleAsync());
        Assert.Equal(2, runs);
    });

    [Fact]
    public void CarriedValue_NotReadByTheRun_IsTakenFromWhereItGoesOn() => VirtualWorld.Run(async world =>
    {
        var key = new TurnKey<string>("name");
        var model = new Worker<string, string>(world, 100, x => x + " please wait");
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "i am bob"), (500, "i am rob")))
            .Then("redact", new Redactor(key))
            .Then("model", model, o => o.Speculate())
            .Then("restore", new Restorer(key))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("i am rob please wait", await turn.Output.SingleAsync());
        Assert.Single(model.Runs);
    });

    [Fact]
    public void Level_None_BuildsTheChainAsIfNothingSpeculated() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 200, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "balance"), (500, "balance")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager(o => o.Speculation = o.Speculation with { Level = SpeculationLevel.None }));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(700, result.Report.Elapsed.Ms());
        Assert.Same(SpeculationAccount.None, result.Report.Speculation);
    });

    sealed class Redactor(TurnKey<string> key) : ISyncBlock<string, string>
    {
        public string Invoke(string input, BlockContext context)
        {
            context.Set(key, input.Split(' ')[^1]);
            return "i am [name]";
        }
    }

    sealed class Restorer(TurnKey<string> key) : ISyncBlock<string, string>
    {
        public string Invoke(string input, BlockContext context) => input.Replace("[name]", context.Get(key), StringComparison.Ordinal);
    }
}
