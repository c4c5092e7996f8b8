using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/simulation.md.</summary>
public sealed class SimulationSnippets
{
    [Fact]
    public Task Example_SequentialVoiceTurn_PrintsWhatItsCommentSays() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/SimulationSnippets.cs#example", () =>
        {
            Example();
            return Task.CompletedTask;
        });

    static void Example()
    {
        #region example
        TurnReport report = VirtualWorld.Run(async world =>
        {
            await using StreamChain<string, string> chain = Chain.From<string>("voice")
                .Revise("recognize", new SimulatedRevisingBlock<string, string>(text =>
                [
                    new(100.Milliseconds(), Hypothesis.Tentative(text, 0.9)),
                    new(500.Milliseconds(), Hypothesis.Final(text)),
                ]))
                .Stream("answer", new SimulatedStreamBlock<string, string>(
                    LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(200.Milliseconds()), text => [text, "."]))
                .Collect("whole answer")
                .Stream("speak", new SimulatedStreamBlock<IReadOnlyList<string>, string>(
                    LatencyModel.Fixed(300.Milliseconds()), LatencyModel.Fixed(TimeSpan.Zero), words => [string.Concat(words)]))
                .Build(world.Options());

            var user = new ScriptedUser<string>().Say(TimeSpan.Zero, "hello");
            IReadOnlyList<ScriptedTurn<string, string>> turns = await user.PlayAsync(chain, world.Clock);
            return turns[0].Result.Report;
        });
        Console.WriteLine(report.FirstOutput); // 00:00:01.1000000
        #endregion
    }
}
