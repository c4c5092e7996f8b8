using AgentChain.Budgets;

namespace AgentChain.Turns;

/// <summary>The turn was interrupted by its host or by the caller's token.</summary>
/// <remarks>
/// This is the <see cref="TurnResult.Error"/> of every interrupted turn. Members that throw throw it only where the host interrupted the turn;
/// where the caller's token did, they throw an <see cref="OperationCanceledException"/> with that token, whose inner exception this is.
/// </remarks>
public sealed class TurnInterruptedException : TurnException
{
    internal TurnInterruptedException()
        : base(TurnOutcome.Interrupted, null, "The turn was interrupted.")
    {
    }

    internal TurnInterruptedException(CancellationToken callerToken)
        : base(TurnOutcome.Interrupted, null, "The turn was interrupted by its caller's token.") => CallerToken = callerToken;

    /// <summary>The caller's token, where that interrupted the turn.</summary>
    internal CancellationToken CallerToken { get; }
}
