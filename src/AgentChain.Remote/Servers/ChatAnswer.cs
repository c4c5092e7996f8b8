namespace AgentChain.Remote;

/// <summary>
/// An answer that a server streams. When the token is canceled, the connection is closed at once, even if no one reads at that moment.
/// </summary>
abstract class ChatAnswer : IAsyncDisposable
{
    public WireUsage? Usage { get; protected set; }

    public string? Model { get; protected set; }

    /// <summary>Sends a request to a server that has let it in.</summary>
    /// <param name="server">The server.</param>
    /// <param name="question">The request.</param>
    /// <param name="clock">The patience with the answer, which is disposed with it.</param>
    /// <param name="onRequest">Changes the message of the request; null if nothing does.</param>
    /// <exception cref="ServerException">The server did not answer with a stream.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async ValueTask<ChatAnswer> OpenAsync(
        ChatServer server, ServerQuestion question, AnswerClock clock, Action<HttpRequestMessage>? onRequest)
    {
        try
        {
            return server.Tensors is { } client
                ? await TensorAnswer.SendAsync(server, client, question, clock)
                : await EventAnswer.SendAsync(server, question, clock, onRequest);
        }
        catch (Exception)
        {
            clock.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next piece of text.</summary>
    /// <returns>The text; <see langword="null"/> if the answer has ended.</returns>
    /// <exception cref="ServerException">The server failed, shed, or broke off.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public abstract ValueTask<string?> NextAsync();

    public abstract ValueTask DisposeAsync();
}
