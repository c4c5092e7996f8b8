namespace AgentChain.Speculation;

/// <summary>
/// Starts on every hypothesis at once. What it costs is measured in <c>docs/speculation.md</c>: under load it makes chains slower. For
/// tests, and to compare with. Thread-safe.
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
