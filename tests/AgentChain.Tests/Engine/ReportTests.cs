using AgentChain.Diagnostics;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Law 9, where the exact parts are known; RandomChainTests and StressTests check the sums of thousands.</summary>
public class ReportTests
{
    [Fact]
    public void Parts_SequentialChain_EachBlockOwnsItsTime() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("parts")
            .Then("one", world.Work<int>(10))
            .Then("fused", x => x)
            .Then("two", world.Work<int>(30))
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal([("one", PartKind.Block, 10.0), ("two", PartKind.Block, 30.0)], Parts(result));
        Assert.Equal(40, result.Report.FirstOutput!.Value.Ms());
        Assert.Equal(["one", "fused", "two"], result.Report.Spans.Select(s => s.Block));
    });

    [Fact]
    public void Parts_Join_FollowTheSlowerBranch() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("join")
            .Parallel(
                "join",
                l => l.Then("quick", world.Work<int>(10)),
                r => r.Then("first", world.Work<int>(10)).Then("then", world.Work<int>(15)),
                (x, _, _) => x)
            .Then("end", world.Work<int>(5))
            .Build(world.Options());
        Assert.Equal(
            [("first", PartKind.Block, 10.0), ("then", PartKind.Block, 15.0), ("end", PartKind.Block, 5.0)],
            Parts(await chain.Start(1).Completion));
    });

    [Fact]
    public void Parts_Stream_FirstOutputAndLastHaveTheirOwnPaths() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("stream")
            .Stream<int>("make", (_, _, token) => world.Count([20, 100], token))
            .ThenEach("use", world.Work<int>(30))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await turn.Output.ToListAsync();
        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(50, report.FirstOutput!.Value.Ms());
        Assert.Equal([("make", 20.0), ("use", 30.0)], report.PartsToFirstOutput.Select(p => (p.Owner, p.Duration.Ms())));
        Assert.Equal([("make", 120.0), ("use", 30.0)], report.Parts.Select(p => (p.Owner, p.Duration.Ms())));
    });

    [Fact]
    public void Parts_StreamWhoseConsumerIsSlow_TheConsumerOwnsTheWaiting() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("stream")
            .Stream<int>("make", (_, _, token) => world.Count([10, 0, 0], token))
            .ThenEach("use", world.Work<int>(30))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await turn.Output.ToListAsync();
        TurnResult result = await turn.Completion;
        Assert.Equal([("make", PartKind.Block, 10.0), ("use", PartKind.Queue, 60.0), ("use", PartKind.Block, 30.0)], Parts(result));
    });

    [Fact]
    public void Parts_TurnThatFails_EndAtTheBlockThatFailed() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("fail")
            .Then("one", world.Work<int>(10))
            .Then("bad", async (int x, CancellationToken token) =>
            {
                await world.Delay(7, token);
                return x == 1 ? throw new InvalidDataException() : x;
            })
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal([("one", PartKind.Block, 10.0), ("bad", PartKind.Block, 7.0)], Parts(result));
        Assert.Null(result.Report.FirstOutput);
    });

    [Fact]
    public void Parts_TurnThatIsInterrupted_EndAtWhatWasWorking() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("interrupt")
            .Then("one", world.Work<int>(10))
            .Then("long", world.Work<int>(1000))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(60);
        turn.Interrupt();
        TurnResult result = await turn.Completion;
        Assert.Equal([("one", PartKind.Block, 10.0), ("long", PartKind.Block, 50.0)], Parts(result));
        Assert.Equal(SpanNotes.Unfinished, result.Report.Spans[^1].Notes);
    });

    [Fact]
    public void Parts_LoopAndSubChain_RoundsAndInnerBlocksOwnTheirTime() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> sub = Chain.From<int>("sub").Then("inside", world.Work<int>(10)).Build(world.Options());
        await using Chain<int, int> chain = Chain.From<int>("loop")
            .Loop("loop", b => b.Then("round", world.Work<int>(5)).Then("plus", x => x + 1), x => x < 4, LoopBound.Fail(9))
            .Then("sub", sub)
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(15, result.Report.Parts.Where(p => p.Owner == "round").Sum(p => p.Duration.Ms()));
        Assert.Equal(10, result.Report.Parts.Where(p => p.Owner == "sub/inside").Sum(p => p.Duration.Ms()));
        Assert.Equal(3, result.Report.Spans.Count(s => s.Block == "round"));
        Reports.AssertLawful(result);
    });

    [Fact]
    public void ToWaterfall_Turn_ShowsBlocksNotesAndThePath() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("picture")
            .Then("quick", world.Work<int>(10))
            .Then("slow", world.Work<int>(90), o => o.Budget(20.Milliseconds()))
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        string[] lines = result.Report.ToWaterfall().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("100.0 ms, first output at 100.0 ms", lines[0], StringComparison.Ordinal);
        Assert.Contains("at 0.0 ms for 10.0 ms", lines[1], StringComparison.Ordinal);
        Assert.Contains("[Overran]", lines[2], StringComparison.Ordinal);
        Assert.Equal(5, lines[1].Count(c => c == '█'));
        Assert.Equal(44, lines[2].Count(c => c == '█'));
        Assert.Equal("critical path: quick 10.0 ms, slow 90.0 ms = 100.0 ms", lines[3].TrimEnd('\r'));
    });

    static (string Owner, PartKind Kind, double Ms)[] Parts(TurnResult result)
    {
        Reports.AssertLawful(result);
        return [.. result.Report.Parts.Select(p => (p.Owner, p.Kind, p.Duration.Ms()))];
    }
}
