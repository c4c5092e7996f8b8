namespace AgentChain.Speculation;

/// <summary>
/// Decides which work is started on hypotheses. The library provides <see cref="SpeculationController"/>; replace it through
/// <c>ChainOptions.Speculation</c>.
/// </summary>
/// <remarks>
/// Implementations must be pure: no timers, no threads, and no clock except <see cref="SpeculationRequest.Now"/>. One instance serves all
/// turns of a chain, from several threads at once. Each call must take only microseconds. If a call throws, nothing is started and the turn
/// continues without speculation.
/// </remarks>
public interface ISpeculationController
{
    /// <summary>Decides whether to start work on a hypothesis.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The decision.</returns>
    SpeculationDecision Decide(in SpeculationRequest request);

    /// <summary>
    /// Learns the result of a request. Called once for each request of a turn that was resolved, whether or not work was started.
    /// </summary>
    /// <param name="resolution">The result of the request.</param>
    void Resolve(in SpeculationResolution resolution);
}
