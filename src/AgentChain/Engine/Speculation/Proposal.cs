using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>A question that was put to the controller.</summary>
/// <param name="Key">The commit key it was about.</param>
/// <param name="Request">The question.</param>
/// <param name="Decision">The answer.</param>
/// <param name="Run">What was started; null where nothing was.</param>
sealed record Proposal<TIn>(object? Key, SpeculationRequest Request, SpeculationDecision Decision, Attempt<TIn>? Run)
{
    /// <summary>Which item of a stream it was about.</summary>
    public int Index { get; init; }
}
