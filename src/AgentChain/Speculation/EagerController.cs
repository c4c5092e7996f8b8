namespace AgentChain.Speculation;

/// <summary>
/// Starts on every hypothesis immediately. For tests and as a baseline: it wastes much device time and, under load, saves little, as
/// measured in <c>docs/benchmarks/speculation.md</c>. Thread-safe.
/// </summary>
public sealed class EagerController : ISpeculationController
{
    /// <inheritdoc/>
    public SpeculationDecision Decide(in SpeculationRequest request) =>
        new(SpeculationVerdict.Start, SpeculationReason.Worth, request.Probability, request.Work, request.Work);

    /// <inheritdoc/>
    public void Resolve(in SpeculationResolution resolution)
    {
    }
}
