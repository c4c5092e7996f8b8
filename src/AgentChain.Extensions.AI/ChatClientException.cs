namespace AgentChain.Extensions.AI;

/// <summary>
/// The exception for a chat client that failed, breaks its own contract or cannot be used anymore. Messages never contain user text.
/// </summary>
/// <remarks>
/// It is the inner exception of the turn's <see cref="BlockFailedException"/>. A failure of the model or of the server is its own inner
/// exception, with the type and the message that the client gave it.
/// </remarks>
public sealed class ChatClientException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="message">What the client did, and the way out.</param>
    /// <param name="innerException">The exception that the client threw, or <see langword="null"/>.</param>
    public ChatClientException(string client, string message, Exception? innerException = null)
        : base(message, innerException) => Client = client;

    /// <summary>Gets the name of the client: its provider and its model if it states them, otherwise its type.</summary>
    public string Client { get; }
}
