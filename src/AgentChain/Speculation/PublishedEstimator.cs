namespace AgentChain.Speculation;

/// <summary>Returns the probability that the block published, and learns nothing. For blocks whose probabilities are calibrated.</summary>
public sealed class PublishedEstimator : IProbabilityEstimator
{
    /// <inheritdoc/>
    public double Estimate(in SpeculationRequest request) => request.Probability;

    /// <inheritdoc/>
    public void Learn(in SpeculationRequest request, bool cameTrue)
    {
    }
}
