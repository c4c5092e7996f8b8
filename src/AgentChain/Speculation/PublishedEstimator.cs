namespace AgentChain.Speculation;

/// <summary>Takes the probability as the block published it, and learns nothing. For blocks whose probabilities are calibrated.</summary>
public sealed class PublishedEstimator : IProbabilityEstimator
{
    /// <inheritdoc/>
    public double Estimate(in SpeculationRequest request) => request.Probability;

    /// <inheritdoc/>
    public void Learn(in SpeculationRequest request, bool cameTrue)
    {
    }
}
