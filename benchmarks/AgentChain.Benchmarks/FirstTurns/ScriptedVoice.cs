using System.Globalization;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Benchmarks.FirstTurns;

/// <summary>
/// A voice turn with scripted stages in real time: 500 ms of listening with a hypothesis after 100 ms, 300 ms to the language model's first
/// words, 200 ms to the first sound. It takes 1,000 ms, or 700 ms if the language model starts on the hypothesis.
/// </summary>
static class ScriptedVoice
{
    const int Turns = 9;
    const int Rehearsed = 3;

    /// <summary>Runs the turns of one process.</summary>
    /// <param name="mode">The mode: a controller, followed by <c>warm</c> if inputs warm up the chain.</param>
    /// <returns>The number of speculative runs that the first turn kept, then the times of the turns in milliseconds.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string mode)
    {
        await using StreamChain<string, string> chain = Build(mode.Split(' ')[0]);
        if (mode.EndsWith(" warm", StringComparison.Ordinal))
        {
            await chain.WarmUpAsync(Enumerable.Repeat("hello", Rehearsed));
        }
        else
        {
            await chain.WarmUpAsync();
        }

        List<string> numbers = [];
        for (int i = 0; i < Turns; i++)
        {
            await using Turn<string> turn = chain.Start("hello");
            await foreach (string _ in turn.Output)
            {
            }

            TurnReport report = (await turn.Completion).Report;
            if (i == 0)
            {
                numbers.Add(report.Speculation.Committed.ToString(CultureInfo.InvariantCulture));
            }

            numbers.Add(report.FirstOutput!.Value.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture));
        }

        return numbers;
    }

    static StreamChain<string, string> Build(string controller)
    {
        SpeculationLevel level = controller == "none" ? SpeculationLevel.None : SpeculationLevel.Full;
        return Chain.From<string>("voice")
            .Revise("listen", new SimulatedRevisingBlock<string, string>(text =>
            [
                new(100.Milliseconds(), Hypothesis.Tentative(text, 0.9)),
                new(500.Milliseconds(), Hypothesis.Final(text)),
            ]))
            .Stream("respond", new SimulatedStreamBlock<string, string>(
                LatencyModel.Fixed(300.Milliseconds()), LatencyModel.Fixed(5.Milliseconds()), text => [text, "."]), o => o.Speculate(level))
            .ThenEach("speak", new SimulatedBlock<string, string>(LatencyModel.Fixed(200.Milliseconds()), text => text))
            .Build(new ChainOptions
            {
                Speculation =
                    new SpeculationOptions { Controller = controller == "eager" ? new EagerController() : new SpeculationController() },
            });
    }
}
