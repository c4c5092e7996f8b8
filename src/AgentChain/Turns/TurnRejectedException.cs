namespace AgentChain;

/// <summary>The exception for a turn that was not admitted.</summary>
public sealed class TurnRejectedException : TurnException
{
    internal TurnRejectedException(string? block, string reason)
        : base(TurnOutcome.Rejected, block, reason)
    {
    }
}
