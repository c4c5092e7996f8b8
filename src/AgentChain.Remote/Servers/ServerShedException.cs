namespace AgentChain.Remote;

/// <summary>
/// The exception for a request that a server refused because it has too much to do (HTTP status 429 or 503, or the same in mid-stream). The
/// server is well and the request is too: neither a failure nor a cancellation.
/// </summary>
public sealed class ServerShedException : ServerException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="server">The name of the server.</param>
    /// <param name="message">What the server did, and the way out.</param>
    /// <param name="status">The HTTP status of the answer, or <see langword="null"/> if there was none.</param>
    /// <param name="retryAfter">The time after which the server wants to be asked again, or <see langword="null"/> if it states none.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    public ServerShedException(
        string server, string message, int? status = null, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(server, message, status, innerException)
    {
        RetryAfter = retryAfter;
        Fault = ServerFault.Shed;
    }

    /// <summary>Gets the time after which the server wants to be asked again.</summary>
    /// <value><see langword="null"/> if it states none.</value>
    public TimeSpan? RetryAfter { get; }
}
