using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Simulation;

/// <summary>
/// The latencies of LiveKit's own agent test: recognizer tail 0.1 s, language model 0.1 s to its first output and 0.3 s in all,
/// synthesizer 0.3 s, endpoint wait 0.5 s. Without speculation they add up; with it, the wait hides the work that proves right.
/// </summary>
public class LiveKitLatencyTests
{
    [Theory]
    [InlineData(SpeculationLevel.None, false, 1100, 0)]
    [InlineData(SpeculationLevel.Full, false, 800, 300)]
    [InlineData(SpeculationLevel.Full, true, 700, 400)]
    public void Start_VoiceTurn_FirstSoundAtTheGoldenInstant(SpeculationLevel level, bool speaks, double firstSound, double saved)
    {
        TurnResult result = VirtualWorld.Run(async world =>
        {
            await using StreamChain<string, string> chain = Chain.From<string>("voice")
                .Revise("recognize", new Recognizer(world))
                .Stream<string>("answer", (text, _, token) => Answer(world, text, token), o => o.Speculate())
                .Collect("whole answer")
                .Stream<string>("speak", (tokens, _, token) => Speak(world, tokens, token), o => Speculating(o, speaks))
                .Build(world.Options(o => o.Speculation = new SpeculationOptions { Level = level, Controller = new EagerController() }));
            Turn<string> turn = chain.Start("speech");
            Assert.Equal(["speech."], await turn.Output.ToListAsync());
            return await turn.Completion;
        });
        Engine.Reports.AssertLawful(result);
        TurnReport report = result.Report;
        Assert.Equal(TimeSpan.FromMilliseconds(firstSound), report.FirstOutput);
        Assert.Equal(TimeSpan.FromMilliseconds(saved), report.Speculation.Saved);
        Assert.Equal(TimeSpan.Zero, report.Speculation.Wasted);
        Assert.Equal(saved > 0 ? speaks ? 2 : 1 : 0, report.Speculation.Started);
        Assert.Equal(report.Speculation.Started, report.Speculation.Committed);
        Assert.Equal(
            [("recognize", 500.0), ("answer", Math.Max(0, 300 - saved)), ("speak", speaks ? 200.0 : 300.0)],
            new[] { "recognize", "answer", "speak" }.Select(block => (
                block, report.PartsToFirstOutput.Where(p => p.Owner == block).Sum(p => p.Duration.TotalMilliseconds))));
    }

    static void Speculating(StreamSetup<IReadOnlyList<string>, string> options, bool speculates)
    {
        if (speculates)
        {
            options.Speculate().CommitKey(tokens => string.Concat(tokens));
        }
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
    sealed class Recognizer(VirtualWorld world) : IRevisingBlock<string, string>
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
