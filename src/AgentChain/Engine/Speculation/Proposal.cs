using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>A decision of the controller.</summary>
/// <param name="Key">The commit key of the value.</param>
/// <param name="Request">The request.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Run">The run that was started; null if none was.</param>
sealed record Proposal<TIn>(object? Key, SpeculationRequest Request, SpeculationDecision Decision, Attempt<TIn>? Run)
{
    /// <summary>The index of the item in its stream; 0 for a value.</summary>
    public int Index { get; init; }
}
