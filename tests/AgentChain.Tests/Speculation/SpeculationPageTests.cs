using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Architecture;

namespace AgentChain.Tests.Speculation;

/// <summary>The example of docs/speculation.md is the code of this file, and behaves as the page says.</summary>
public class SpeculationPageTests
{
    [Fact]
    public void Example_EqualKeys_HideWhatIsBehindTheWait()
    {
        TurnReport report = Example();
        Assert.Equal(500.Milliseconds(), report.FirstOutput);
        Assert.Equal(150.Milliseconds(), report.Speculation.Saved);
        Assert.Equal((2, 2, 0), (report.Speculation.Started, report.Speculation.Committed, report.Speculation.Terminated));
    }

    [Fact]
    public void Example_PageAndTest_AreTheSameCode()
    {
        string page = RepositoryFiles.Read("docs/speculation.md").ReplaceLineEndings("\n");
        string code = page.Split("```csharp\n")[1].Split("Console.WriteLine")[0];
        string here = RepositoryFiles.Read("tests/AgentChain.Tests/Speculation/SpeculationPageTests.cs").ReplaceLineEndings("\n");
        Assert.Contains(Squeeze(code), Squeeze(here), StringComparison.Ordinal);
    }

    static TurnReport Example()
    {
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
        return report;
    }

    static string Squeeze(string code) => string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
}
