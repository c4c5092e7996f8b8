namespace AgentChain.Speculation;

/// <summary>
/// Estimates P(a hypothesis comes true) for <see cref="SpeculationController"/>, and learns from how the questions turned out.
/// </summary>
/// <remarks>
/// Pure, and asked from several threads at once; calls must take microseconds. What is no probability, NaN among it, makes the
/// controller decline with <see cref="SpeculationReason.BadEstimate"/>.
/// </remarks>
public interface IProbabilityEstimator
{
    /// <summary>Estimates.</summary>
    /// <param name="request">The question.</param>
    /// <returns>The probability, 0 to 1; <see cref="double.NaN"/> when the question's own numbers are out of range.</returns>
    double Estimate(in SpeculationRequest request);

    /// <summary>Learns how a question turned out, whether something was started on it or not.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cameTrue">Whether the hypothesis came true.</param>
    void Learn(in SpeculationRequest request, bool cameTrue);
}
