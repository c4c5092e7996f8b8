using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>A policy that decides which work starts early, and the information that it gets.</summary>
/// <param name="Name">The name in tables.</param>
/// <param name="Controller">A factory for the controller; <see langword="null"/> if nothing is started early.</param>
sealed record Policy(string Name, Func<ISpeculationController>? Controller)
{
    /// <summary>Gets a function for the published P(final); 0.5 if it is unknown.</summary>
    public Func<PartialTranscript, double> Probability { get; init; } = static _ => 0.5;

    /// <summary>Gets the AUC of the end-of-turn score; null for none.</summary>
    public double? Auc { get; init; }

    /// <summary>Gets the share of the useful device time that can be wasted, with 10 s at the start; null for no limit.</summary>
    public double? WasteShare { get; init; }

    /// <summary>Gets the goal, or null for none.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Starts everything after the end-point wait.</summary>
    public static Policy Sequential { get; } = new("sequential", null);

    /// <summary>Starts on every partial transcript at once.</summary>
    public static Policy EveryPartial { get; } = new("every partial", static () => new Rule(static request => request.Probability > 0));

    /// <summary>Starts after 200 ms of silence; speech is synthesized only for final text.</summary>
    public static Policy Silence { get; } = new(
        "200 ms of silence", static () => new SilenceTrigger(200.Milliseconds(), but: TalkService.Speak));

    /// <summary>Starts immediately on hypotheses that come true, and never on others.</summary>
    public static Policy Clairvoyant { get; } = new("clairvoyant", static () => new Rule(static request => request.Probability >= 1))
    {
        Probability = static partial => partial.ComesTrue ? 1 : 0,
    };

    /// <summary>The library's controller.</summary>
    /// <param name="auc">The AUC of the end-of-turn score; null for none.</param>
    /// <param name="price">The price.</param>
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

/// <summary>The goal of a policy.</summary>
/// <param name="Share">The minimum share of the clairvoyant policy's saving in the median.</param>
/// <param name="Extra">The maximum extra device work.</param>
sealed record Goal(double Share, double Extra);
