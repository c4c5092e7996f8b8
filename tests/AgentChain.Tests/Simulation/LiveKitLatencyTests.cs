using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Simulation;
using AgentChain.Turns;

namespace AgentChain.Tests.Simulation;

/// <summary>
/// The latencies of LiveKit's own agent test: recogniser tail 0.1 s, language model 0.1 s to its first output and 0.3 s in all,
/// synthesiser 0.3 s, endpoint wait 0.5 s. Without speculation they add up.
/// </summary>
public class LiveKitLatencyTests
{
    [Fact]
    public void Start_SequentialVoiceTurn_FirstSoundAfterElevenTenths()
    {
        TurnReport report = VirtualWorld.Run(async world =>
        {
            await using Chain<string, string> chain = Chain.From<string>("voice")
                .Revise("recognise", new Recogniser(world))
                .Stream<string>("answer", (text, _, token) => Answer(world, text, token))
                .Collect("whole answer")
                .Stream<string>("speak", (tokens, _, token) => Speak(world, tokens, token))
                .Build(world.Options());
            Turn<string> turn = chain.Start("speech");
            await foreach (string _ in turn.Output)
            {
            }

            return (await turn.Completion).Report;
        });
        Assert.Equal(TimeSpan.FromMilliseconds(1100), report.FirstOutput);
        Assert.Equal(
            [("recognise", 500.0), ("answer", 300.0), ("speak", 300.0)],
            report.PartsToFirstOutput.Select(p => (p.Owner, p.Duration.TotalMilliseconds)));
    }

    static async IAsyncEnumerable<string> Answer(VirtualWorld world, string text, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(100, token);
        yield return text;
        await world.Delay(200, token);
        yield return ".";
    }

    static async IAsyncEnumerable<string> Speak(VirtualWorld world, IReadOnlyList<string> tokens, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(300, token);
        yield return string.Concat(tokens);
    }

    /// <summary>The transcript is there 0.1 s after the end of speech, its end 0.4 s later.</summary>
    sealed class Recogniser(VirtualWorld world) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await world.Delay(100, cancellationToken);
            yield return Hypothesis.Tentative(input, 0.9);
            await world.Delay(400, cancellationToken);
            yield return Hypothesis.Final(input);
        }
    }
}
