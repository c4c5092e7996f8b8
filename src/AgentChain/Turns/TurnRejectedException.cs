using AgentChain.Budgets;

namespace AgentChain.Turns;

/// <summary>The turn was not let in.</summary>
public sealed class TurnRejectedException : TurnException
{
    internal TurnRejectedException(string? block, string reason)
        : base(TurnOutcome.Rejected, block, reason)
    {
    }
}
