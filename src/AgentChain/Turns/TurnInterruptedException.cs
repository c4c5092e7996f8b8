namespace AgentChain;

/// <summary>The exception for a turn that was interrupted by its host or by the caller's token.</summary>
/// <remarks>
/// This is the <see cref="TurnResult.Error"/> of every interrupted turn. Members throw it only if the host interrupted the turn. If the
/// caller's token did, they throw an <see cref="OperationCanceledException"/> with that token and with this exception as its inner
/// exception.
/// </remarks>
public sealed class TurnInterruptedException : TurnException
{
    internal TurnInterruptedException()
        : base(TurnOutcome.Interrupted, null, "The turn was interrupted.")
    {
    }

    internal TurnInterruptedException(CancellationToken callerToken)
        : base(TurnOutcome.Interrupted, null, "The turn was interrupted by its caller's token.") => CallerToken = callerToken;

    /// <summary>The caller's token, if it interrupted the turn.</summary>
    internal CancellationToken CallerToken { get; }
}
