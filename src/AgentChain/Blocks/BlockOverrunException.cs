namespace AgentChain;

/// <summary>
/// The exception that a block throws to end itself under its own overrun rule, because it exceeded a limit that is not one of time: a
/// number of rounds, of attempts, of tokens.
/// </summary>
/// <remarks>
/// With a fallback, the turn continues with it; for a stream, the fallback item follows the items that were output before. With
/// <see cref="Overrun.Cancel"/>, the turn ends as <c>DeadlineExceeded</c>. With <see cref="Overrun.Report"/>, the default, the turn ends
/// as <c>Failed</c>, because a block that has thrown cannot continue.
/// </remarks>
public class BlockOverrunException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">The limit and the way out, without text of a user.</param>
    /// <param name="inner">The cause, or <see langword="null"/>.</param>
    public BlockOverrunException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
