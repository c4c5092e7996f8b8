namespace AgentChain.Speculation;

/// <summary>
/// Estimates the probability that a hypothesis comes true, for a <see cref="SpeculationController"/>, and learns from the results.
/// </summary>
/// <remarks>
/// Implementations must be pure and thread-safe, and each call must take only microseconds. If the estimate is not a probability, for
/// example NaN, the controller declines with <see cref="SpeculationReason.BadEstimate"/>.
/// </remarks>
public interface IProbabilityEstimator
{
    /// <summary>Estimates the probability that the hypothesis of a request comes true.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The probability, 0 to 1, or <see cref="double.NaN"/> if the numbers of the request are out of range.</returns>
    double Estimate(in SpeculationRequest request);

    /// <summary>Learns whether the hypothesis of a request came true, whether or not work was started on it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cameTrue"><see langword="true"/> if the hypothesis came true; otherwise, <see langword="false"/>.</param>
    void Learn(in SpeculationRequest request, bool cameTrue);
}
