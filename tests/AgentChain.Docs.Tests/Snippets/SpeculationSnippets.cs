using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/speculation.md.</summary>
public sealed class SpeculationSnippets
{
    [Fact]
    public Task Example_EqualKeys_PrintsWhatItsCommentsSay() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/SpeculationSnippets.cs#example", () =>
        {
            Example();
            return Task.CompletedTask;
        });

    [Fact]
    public void Example_WithoutSpeculation_TakesTheTimeThatThePageStates()
    {
        TurnReport report = VirtualWorld.Run(async world =>
        {
            await using StreamChain<string, string> chain = Chain.From<string>("voice")
                .Then("listen", new SimulatedBlock<string, string>(LatencyModel.Fixed(500.Milliseconds()), text => text + "."))
                .Then("search", new SimulatedBlock<string, string[]>(LatencyModel.Fixed(50.Milliseconds()), text => [text.TrimEnd('.')]))
                .Stream("respond", new SimulatedStreamBlock<string[], string>(
                    LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(200.Milliseconds()), found => [.. found, "!"]))
                .Build(world.Options());
            await using Turn<string> turn = chain.Start("hello");
            return (await turn.Completion).Report;
        });
        Assert.Equal("00:00:00.6500000", report.FirstOutput.ToString());
    }

    static void Example()
    {
        #region example
        TurnReport report = VirtualWorld.Run(async world =>
        {
            await using StreamChain<string, string> chain = Chain.From<string>("voice")
                .Revise("listen", new SimulatedRevisingBlock<string, string>(text =>
                [
                    new(100.Milliseconds(), Hypothesis.Tentative(text, 0.9)),
                    new(500.Milliseconds(), Hypothesis.Final(text + ".")),
                ]))
                .Then("search", new SimulatedBlock<string, IReadOnlyList<string>>(
                    LatencyModel.Fixed(50.Milliseconds()), text => [text.TrimEnd('.')]), o => o
                    .Speculate()
                    .CommitKey(text => text.TrimEnd('.')))
                .Stream("respond", new SimulatedStreamBlock<IReadOnlyList<string>, string>(
                    LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(200.Milliseconds()), found => [.. found, "!"]), o => o
                    .Speculate()
                    .CommitKey(found => string.Join('\n', found)))
                .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() }));

            await using Turn<string> turn = chain.Start("hello");
            return (await turn.Completion).Report;
        });
        Console.WriteLine(report.FirstOutput);       // 00:00:00.5000000, and 00:00:00.6500000 without
        Console.WriteLine(report.Speculation.Saved); // 00:00:00.1500000
        #endregion
    }
}
