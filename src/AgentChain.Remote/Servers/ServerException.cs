namespace AgentChain.Remote;

/// <summary>
/// The exception for a server that failed, cannot be reached, or gave no answer. Messages contain no user text. It is the inner exception
/// of the turn's <see cref="BlockFailedException"/>.
/// </summary>
public class ServerException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="server">The name of the server.</param>
    /// <param name="message">What the server did, and the way out.</param>
    /// <param name="status">The HTTP status of the answer, or <see langword="null"/> if there was none.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    public ServerException(string server, string message, int? status = null, Exception? innerException = null)
        : base(message, innerException) => (Server, Status) = (server, status);

    /// <summary>Gets the name of the server.</summary>
    public string Server { get; }

    /// <summary>Gets the HTTP status of the answer.</summary>
    /// <value><see langword="null"/> if there was none.</value>
    public int? Status { get; }

    /// <summary>What the failure says about the server and about the request.</summary>
    internal ServerFault Fault { get; init; } = ServerFault.Failed;
}
