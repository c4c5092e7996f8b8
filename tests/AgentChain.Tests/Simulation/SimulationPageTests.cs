using AgentChain.Simulation;
using AgentChain.Tests.Architecture;

namespace AgentChain.Tests.Simulation;

/// <summary>The example of docs/simulation.md is the code of this file, and behaves as the page says.</summary>
public class SimulationPageTests
{
    [Fact]
    public void Example_SequentialVoiceTurn_TakesElevenTenths() =>
        Assert.Equal(1100.Milliseconds(), Example().FirstOutput);

    [Fact]
    public void Example_PageAndTest_AreTheSameCode()
    {
        string page = RepositoryFiles.Read("docs/simulation.md").ReplaceLineEndings("\n");
        string code = page.Split("```csharp\n")[1].Split("Console.WriteLine")[0];
        string here = RepositoryFiles.Read("tests/AgentChain.Tests/Simulation/SimulationPageTests.cs").ReplaceLineEndings("\n");
        Assert.Contains(Squeeze(code), Squeeze(here), StringComparison.Ordinal);
    }

    static TurnReport Example()
    {
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
        return report;
    }

    static string Squeeze(string code) => string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
}
