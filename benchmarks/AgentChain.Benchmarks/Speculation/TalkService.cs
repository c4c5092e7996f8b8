using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>
/// A voice service in virtual time: listen, retrieve, respond, speak. The times are assumptions about such services: words and their
/// recognition as in <see cref="SpeechRhythm"/> and <see cref="SimulatedRecognizer"/>; retrieval lognormal with a median of 120 ms on 4
/// servers; a prompt of 1,830 tokens, prefilled at 8 ms and 0.05 ms a token on one server that yields to committed work every 20 ms; 18
/// tokens of 10 ms to the end of the first sentence; 80 ms of synthesis on 4 servers. Load is that of committed work on the prefill server.
/// </summary>
static class TalkService
{
    /// <summary>The name of the block that synthesizes speech.</summary>
    public const string Speak = "speak";

    static readonly TimeSpan EndpointWait = 500.Milliseconds();
    static readonly TimeSpan Again = 50.Milliseconds();
    static readonly TimeSpan PrefillTime = TimeSpan.FromMilliseconds(8 + (0.05 * 1830));

    /// <summary>Runs turns that arrive at random; each run has its own world, in which the policy begins without experience.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="texts">The users' questions.</param>
    /// <param name="seed">The seed of the questions, their times and all durations; the same for all policies.</param>
    /// <param name="turns">The number of turns.</param>
    /// <param name="load">The load.</param>
    public static TalkRun Run(Policy policy, string[] texts, int seed, int turns, double load) => VirtualWorld.Run(async world =>
    {
        var devices = new Devices(world.Clock);
        await using Chain<Utterance, string> chain = Build(policy, seed, world, devices);
        RandomKey luck = RandomKey.Of(seed);
        var running = new Task<double>[turns];
        for (int i = 0; i < turns; i++)
        {
            RandomKey turn = luck.Fold(i);
            await world.Delay(-Math.Log(1 - turn.Fold("arrival").Uniform()) * PrefillTime / load);
            running[i] = ListenAsync(chain, Utterance.Say(texts[turn.Fold("text").Below(texts.Length)], turn));
        }

        double[] latencies = await Task.WhenAll(running);
        Array.Sort(latencies);
        return new TalkRun(latencies, devices.Busy.TotalMilliseconds / turns);
    });

    /// <summary>Returns the time from the end of speech to the first audio, in milliseconds.</summary>
    static async Task<double> ListenAsync(Chain<Utterance, string> chain, Utterance utterance)
    {
        TurnResult result = await chain.Start(utterance).Completion;
        return result.Outcome == TurnOutcome.Completed
            ? (result.Report.FirstOutput!.Value - utterance.SpeechEnd).TotalMilliseconds
            : throw new InvalidOperationException($"A turn ended as {result.Outcome}.", result.Error);
    }

    static Chain<Utterance, string> Build(Policy policy, int seed, VirtualWorld world, Devices devices) => Chain.From<Utterance>("talk")
        .Revise("listen", Listener(policy), o => o.LiveInput())
        .Then(
            "retrieve",
            new SimulatedBlock<string, string>(LatencyModel.LogNormal(120.Milliseconds(), 0.4), text => $"[{text}]")
            {
                Seed = seed, Device = devices.Retrieval,
            },
            o => o.Speculate())
        .Stream(
            "respond",
            new SimulatedStreamBlock<string, string>(LatencyModel.Fixed(PrefillTime), LatencyModel.Fixed(10.Milliseconds()), Sentence)
            {
                Seed = seed, Device = devices.Prefill, ItemDevice = devices.Decode,
            },
            o => o.Speculate())
        .Collect("tokens")
        .Then("sentence", (IReadOnlyList<string> tokens) => string.Concat(tokens))
        .Then(
            Speak,
            new SimulatedBlock<string, string>(LatencyModel.Fixed(80.Milliseconds()), text => text) { Seed = seed, Device = devices.Synthesis },
            o => o.Speculate())
        .Build(world.Options(o => o.Speculation = new SpeculationOptions
        {
            Level = policy.Controller is null ? SpeculationLevel.None : SpeculationLevel.Full,
            Controller = policy.Controller is null ? null : new LoadAware(policy.Controller(), devices.LoadOf),
            WasteShare = policy.WasteShare,
            WasteBurst = TimeSpan.FromSeconds(10),
        }));

    static IEnumerable<string> Sentence(string prompt) => Enumerable.Range(0, 18).Select(_ => " token").Prepend(prompt);

    /// <summary>
    /// Publishes hypotheses like the recognizer, with three differences. A transcript is published again while the user is silent, because
    /// the silence is evidence, and not while the user speaks. It is withdrawn, by a hypothesis that cannot come true, when the user
    /// continues to speak, which is detected long before the next word. And the score is that of the hypothesis: the turn has ended and the
    /// transcript is right.
    /// </summary>
    static SimulatedRevisingBlock<Utterance, string> Listener(Policy policy)
    {
        EndOfTurnScore? score = policy.Auc is { } auc ? EndOfTurnScore.OfAuc(auc) : null;
        var recognizer = new SimulatedRecognizer { EndpointWait = EndpointWait, Refresh = Again };
        return new(utterance => Hear(utterance, recognizer, policy.Probability, score));
    }

    static IEnumerable<TimedHypothesis<string>> Hear(
        Utterance utterance, SimulatedRecognizer recognizer, Func<PartialTranscript, double> probability, EndOfTurnScore? score)
    {
        PartialTranscript? open = null;
        foreach (PartialTranscript partial in recognizer.Partials(utterance))
        {
            if (open is { } silent && silent.Features.Silence > TimeSpan.Zero
                && StartAfter(utterance, silent) is { } start && start < partial.At)
            {
                yield return TakenBack(start);
                open = silent with { Features = default };
            }

            if (open?.Text != partial.Text || partial.Features.Silence > TimeSpan.Zero)
            {
                open = partial;
                yield return new(partial.At, Hypothesis.Tentative(partial.Text, probability(partial), new HypothesisFeatures
                {
                    Silence = partial.Features.Silence,
                    TimeToFinal = partial.Features.TimeToFinal,
                    EndOfTurn = score?.Score(partial.ComesTrue, utterance.Key.Fold(partial.Text)),
                }));
            }
        }

        yield return new(utterance.SpeechEnd + EndpointWait, Hypothesis.Final(utterance.Text));
    }

    static TimeSpan? StartAfter(Utterance utterance, PartialTranscript partial) =>
        partial.Words < utterance.Words.Count ? utterance.Words[partial.Words].Start : null;

    static TimedHypothesis<string> TakenBack(TimeSpan at) => new(at, Hypothesis.Tentative("…", 0, new() { Silence = TimeSpan.Zero }));

    sealed class Devices(VirtualClock clock)
    {
        public SimulatedDevice Retrieval { get; } = new(clock, servers: 4);

        public SimulatedDevice Prefill { get; } = new(clock, slice: 20.Milliseconds());

        /// <summary>Batched decode steps: enough servers that one prefill server never fills them.</summary>
        public SimulatedDevice Decode { get; } = new(clock, servers: 16);

        public SimulatedDevice Synthesis { get; } = new(clock, servers: 4);

        public TimeSpan Busy => Retrieval.Busy + Prefill.Busy + Decode.Busy + Synthesis.Busy;

        public double LoadOf(string block) => block switch { "retrieve" => Retrieval.Load, "respond" => Prefill.Load, _ => Synthesis.Load };
    }

    /// <summary>Reports the load of the simulated devices to a controller.</summary>
    sealed class LoadAware(ISpeculationController inner, Func<string, double> load) : ISpeculationController
    {
        public SpeculationDecision Decide(in SpeculationRequest request) => inner.Decide(request with { Load = load(request.Block) });

        public void Resolve(in SpeculationResolution resolution) => inner.Resolve(resolution);
    }
}

/// <summary>The results of a run of the voice service.</summary>
/// <param name="Latencies">The times from the end of speech to the first audio, in milliseconds, sorted.</param>
/// <param name="Work">The devices' working time per turn, in milliseconds.</param>
sealed record TalkRun(double[] Latencies, double Work)
{
    /// <summary>Gets a percentile.</summary>
    public double At(double share) => Latencies[(int)(share * (Latencies.Length - 1))];
}
