namespace AgentChain.Speculation;

/// <summary>
/// Decides what is started on hypotheses. <see cref="SpeculationController"/> comes with the library; replace it through
/// <c>ChainOptions.Speculation</c>.
/// </summary>
/// <remarks>
/// Pure: no timers, no threads, no clock but <see cref="SpeculationRequest.Now"/>. One instance serves all turns of a chain, from
/// several threads at once. Calls must take microseconds. One that throws starts nothing; the turn goes on without.
/// </remarks>
public interface ISpeculationController
{
    /// <summary>Answers whether to start.</summary>
    /// <param name="request">The question.</param>
    /// <returns>The answer.</returns>
    SpeculationDecision Decide(in SpeculationRequest request);

    /// <summary>Learns how a question turned out; called once for each question of a turn that came so far, started or not.</summary>
    /// <param name="resolution">How.</param>
    void Resolve(in SpeculationResolution resolution);
}
