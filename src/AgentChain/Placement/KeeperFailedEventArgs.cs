namespace AgentChain.Placement;

/// <summary>Provides data for the event that an update of a keeper has failed.</summary>
/// <param name="error">The exception.</param>
public sealed class KeeperFailedEventArgs(Exception error) : EventArgs
{
    /// <summary>Gets the exception.</summary>
    public Exception Error { get; } = error ?? throw new ArgumentNullException(nameof(error));
}
