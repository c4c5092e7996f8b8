using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>A way to decide what is started early, and what it is told.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Controller">Makes its controller; <see langword="null"/> where nothing is started early.</param>
sealed record Policy(string Name, Func<ISpeculationController>? Controller)
{
    /// <summary>Gets P(final) as published; 0.5 where nobody knows.</summary>
    public Func<PartialTranscript, double> Probability { get; init; } = static _ => 0.5;

    /// <summary>Gets how good the end-of-turn score is; null for none.</summary>
    public double? Auc { get; init; }

    /// <summary>Gets the share of the useful device time that may be wasted, with 10 s to begin with; null for no limit.</summary>
    public double? WasteShare { get; init; }

    /// <summary>Gets what it is to reach.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Everything after the end-point wait.</summary>
    public static Policy Sequential { get; } = new("sequential", null);

    /// <summary>Starts on every partial transcript at once.</summary>
    public static Policy EveryPartial { get; } = new("every partial", static () => new Rule(static request => request.Probability > 0));

    /// <summary>Starts after 200 ms of silence; speech is synthesised only for what is certain.</summary>
    public static Policy Silence { get; } = new("200 ms of silence", static () => new SilenceTrigger(200.Milliseconds(), but: TalkService.Speak));

    /// <summary>Starts at once on what comes true, and never on anything else.</summary>
    public static Policy Clairvoyant { get; } = new("clairvoyant", static () => new Rule(static request => request.Probability >= 1))
    {
        Probability = static partial => partial.ComesTrue ? 1 : 0,
    };

    /// <summary>The library's controller.</summary>
    /// <param name="auc">How good the end-of-turn score is; null for none.</param>
    /// <param name="price">Its price.</param>
    /// <param name="wasteShare">The waste budget; null for none.</param>
    public static Policy Of(double? auc, double price = 1, double? wasteShare = 0.24) => new(
        auc is null ? "controller, no score" : $"controller, AUC {auc:0.00}",
        () => new SpeculationController(SpeculationControllerOptions.Default with { Price = price, LogSize = 0 }))
    {
        Auc = auc,
        WasteShare = wasteShare,
        Goal = auc switch { 0.99 => new(0.85, 0.10), 0.92 => new(0.80, 0.20), null => new(0.78, 0.25), _ => null },
    };

    sealed class Rule(Func<SpeculationRequest, bool> starts) : ISpeculationController
    {
        public SpeculationDecision Decide(in SpeculationRequest request) => starts(request)
            ? new(SpeculationVerdict.Start, SpeculationReason.Worth, request.Probability, request.Work, request.Work)
            : new(SpeculationVerdict.Decline, SpeculationReason.NotWorth, request.Probability, TimeSpan.Zero, TimeSpan.Zero);

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }

    sealed class SilenceTrigger(TimeSpan silence, string but) : ISpeculationController
    {
        public SpeculationDecision Decide(in SpeculationRequest request)
        {
            TimeSpan so = request.Features.Silence.GetValueOrDefault();
            if (request.Block == but || so <= TimeSpan.Zero)
            {
                return new(SpeculationVerdict.Decline, SpeculationReason.NotWorth, request.Probability, TimeSpan.Zero, TimeSpan.Zero);
            }

            return so >= silence
                ? new(SpeculationVerdict.Start, SpeculationReason.Worth, request.Probability, request.Work, request.Work)
                : new(SpeculationVerdict.Later, SpeculationReason.StillFree, request.Probability, request.Work, request.Work) { AskAgainIn = silence - so };
        }

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }
}

/// <summary>What a policy is to reach.</summary>
/// <param name="Share">The least share of the clairvoyant policy's saving in the median.</param>
/// <param name="Extra">The most extra device work.</param>
sealed record Goal(double Share, double Extra);
