namespace AgentChain.Speculation;

/// <summary>Starts when P x gain exceeds (1 - P) x cost x price.</summary>
public sealed class SpeculationController : ISpeculationController
{
    /// <inheritdoc/>
    public SpeculationDecision Decide(in SpeculationRequest request)
    {
        double p = request.Probability;
        TimeSpan gain = request.TimeToFinal is { } left && left < request.Work ? left : request.Work;
        bool worth = p * gain.TotalSeconds > (1 - p) * request.Work.TotalSeconds;
        return new(
            worth ? SpeculationVerdict.Start : SpeculationVerdict.Decline,
            worth ? SpeculationReason.Worth : SpeculationReason.NotWorth, p, gain, request.Work);
    }

    /// <inheritdoc/>
    public void Resolve(in SpeculationResolution resolution)
    {
    }
}
