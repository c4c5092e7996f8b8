using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

/// <summary>Questions as a gate would put them, all about a block "b" that works 100 ms.</summary>
static class Questions
{
    public static SpeculationRequest Of(
        double probability,
        int work = 100,
        int? path = null,
        int? left = 100,
        double? endOfTurn = null,
        int? silence = null,
        string block = "b") => new()
    {
        Block = block,
        Level = SpeculationLevel.Full,
        Probability = probability,
        Features = new()
        {
            EndOfTurn = endOfTurn,
            Silence = silence is { } pause ? TimeSpan.FromMilliseconds(pause) : null,
        },
        Work = TimeSpan.FromMilliseconds(work),
        Path = TimeSpan.FromMilliseconds(path ?? work),
        TimeToFinal = left is { } time ? TimeSpan.FromMilliseconds(time) : null,
    };

    public static SpeculationController Trusting(SpeculationControllerOptions? options = null) =>
        new((options ?? SpeculationControllerOptions.Default) with { Estimator = new PublishedEstimator() });

    public static SpeculationResolution TurnedOut(in SpeculationRequest request, in SpeculationDecision decision, bool cameTrue)
    {
        bool started = decision.Verdict == SpeculationVerdict.Start;
        return new()
        {
            Request = request,
            Decision = decision,
            CameTrue = cameTrue,
            Started = started,
            Saved = started && cameTrue ? decision.Gain : TimeSpan.Zero,
            Wasted = started && !cameTrue ? decision.Cost : TimeSpan.Zero,
        };
    }

    public static SpeculationDecision Ask(this SpeculationController controller, in SpeculationRequest request, bool cameTrue)
    {
        SpeculationDecision decision = controller.Decide(request);
        controller.Resolve(TurnedOut(request, decision, cameTrue));
        return decision;
    }
}
