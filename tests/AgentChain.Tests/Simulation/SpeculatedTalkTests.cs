using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Simulation;

/// <summary>
/// A voice service that speculates, on shared devices, under the library's controller. A seed gives one run, to the last number.
/// </summary>
public class SpeculatedTalkTests
{
    static readonly string[] Questions =
    [
        "what is my balance", "could you tell me where my card is please", "I would like to know why the transfer took so long",
    ];

    [Fact]
    public void Run_SameSeedTwice_SameNumbers()
    {
        IReadOnlyList<string> run = Play(seed: 7, SpeculationLevel.Full);
        Assert.Equal(run, Play(seed: 7, SpeculationLevel.Full));
        Assert.NotEqual(run, Play(seed: 8, SpeculationLevel.Full));
        Assert.Contains(run, line => !line.EndsWith(" 0 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Speculating_AnswersComeSoonerInTheMedian()
    {
        double Median(SpeculationLevel level)
        {
            double[] times = [.. Play(seed: 7, level).Take(80).Select(line => double.Parse(line.Split(' ')[0])).Order()];
            return times[times.Length / 2];
        }

        Assert.InRange(Median(SpeculationLevel.Full), 1, 0.85 * Median(SpeculationLevel.None));
    }

    /// <summary>
    /// For each turn, the time from the end of speech to the answer and the account; finally, how long the devices worked.
    /// </summary>
    static IReadOnlyList<string> Play(int seed, SpeculationLevel level) => VirtualWorld.Run(async world =>
    {
        var retrieval = new SimulatedDevice(world.Clock, servers: 2);
        var prefill = new SimulatedDevice(world.Clock, slice: 20.Milliseconds());
        await using Chain<Utterance, string> chain = Chain.From<Utterance>("talk")
            .Revise("listen", new SimulatedRecognizer { EndOfTurn = EndOfTurnScore.OfAuc(0.95), Refresh = 50.Milliseconds() })
            .Then(
                "retrieve",
                new SimulatedBlock<string, string>(LatencyModel.LogNormal(120.Milliseconds(), 0.4), text => $"[{text}]") { Seed = seed, Device = retrieval },
                o => o.Speculate())
            .Stream(
                "respond",
                new SimulatedStreamBlock<string, string>(
                    LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(10.Milliseconds()), prompt => prompt.Split(' '))
                {
                    Seed = seed, Device = prefill,
                },
                o => o.Speculate())
            .Collect("answer")
            .Then("sentence", (IReadOnlyList<string> words) => string.Join(' ', words))
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Level = level, WasteShare = 0.24, WasteBurst = 10.Seconds() }));
        List<string> lines = [];
        async Task SpeakAsync(Utterance utterance)
        {
            TurnResult result = await chain.Start(utterance).Completion;
            Assert.Equal(TurnOutcome.Completed, result.Outcome);
            SpeculationAccount account = result.Report.Speculation;
            lines.Add($"{(result.Report.FirstOutput!.Value - utterance.SpeechEnd).Ms()} {account.Committed} {account.Wasted.Ms()}");
        }

        RandomKey luck = RandomKey.Of(seed);
        List<Task> turns = [];
        for (int i = 0; i < 80; i++)
        {
            RandomKey turn = luck.Fold(i);
            await world.Delay(turn.Fold("arrival").Below(600));
            turns.Add(SpeakAsync(Utterance.Say(Questions[turn.Below(3)], turn)));
        }

        await Task.WhenAll(turns);
        lines.Add($"worked {retrieval.Busy.Ms()} {prefill.Busy.Ms()}");
        return lines;
    });
}
