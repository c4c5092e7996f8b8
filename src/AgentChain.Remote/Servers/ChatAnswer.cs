using System.Net.ServerSentEvents;

namespace AgentChain.Remote;

/// <summary>
/// An answer that a server streams. When the token is canceled, the connection is closed at once, even if nobody reads at that moment.
/// </summary>
sealed class ChatAnswer : IAsyncDisposable
{
    // Long enough to reuse the connection, if the server ends its response as it should.
    static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);

    readonly ChatServer _server;
    readonly HttpResponseMessage _response;
    readonly IAsyncEnumerator<SseItem<WireEvent>> _events;
    readonly AnswerClock _clock;
    readonly bool _sentPriority;
    readonly CancellationTokenRegistration _closing;
    bool _finished;
    bool _ended;

    ChatAnswer(ChatServer server, HttpResponseMessage response, Stream stream, AnswerClock clock, bool sentPriority)
    {
        (_server, _response, _clock, _sentPriority) = (server, response, clock, sentPriority);
        _events = WireEvents.Read(stream).GetAsyncEnumerator(clock.Token);
        _closing = clock.Token.UnsafeRegister(static response => ((HttpResponseMessage)response!).Dispose(), response);
    }

    public WireUsage? Usage { get; private set; }

    public string? Model { get; private set; }

    /// <summary>Sends a request that the server has let in.</summary>
    /// <exception cref="ServerException">The server did not answer with a stream.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async ValueTask<ChatAnswer> OpenAsync(
        ChatServer server, ChatBody body, bool sendsPriority, AnswerClock clock, Action<HttpRequestMessage>? onRequest)
    {
        HttpResponseMessage? response = null;
        try
        {
            using HttpRequestMessage request = server.Request(body);
            onRequest?.Invoke(request);
            try
            {
                response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, clock.Token);
                Stream stream = await response.Content.ReadAsStreamAsync(clock.Token);
                if (!response.IsSuccessStatusCode)
                {
                    throw ServerErrors.Refused(
                        server.Name, (int)response.StatusCode, await ReadAsync(stream, clock.Token), RetryAfter(response, server.Options.Time), sendsPriority);
                }

                string? type = response.Content.Headers.ContentType?.MediaType;
                return type == "text/event-stream"
                    ? new ChatAnswer(server, response, stream, clock, sendsPriority)
                    : throw ServerErrors.NoStream(server.Name, type);
            }
            catch (Exception error) when (error is not ServerException)
            {
                throw clock.Explain(server.Name, error);
            }
        }
        catch (Exception)
        {
            response?.Dispose();
            clock.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next piece of text.</summary>
    /// <returns>The text; <see langword="null"/> if the answer has ended.</returns>
    /// <exception cref="ServerException">The server failed, shed, or broke off.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async ValueTask<string?> NextAsync()
    {
        while (!_ended)
        {
            WireEvent what;
            try
            {
                _clock.Token.ThrowIfCancellationRequested();
                if (!await _events.MoveNextAsync())
                {
                    break;
                }

                what = _events.Current.Data;
            }
            catch (Exception error)
            {
                throw _clock.Explain(_server.Name, error);
            }

            _clock.Restart();
            if (what.IsError)
            {
                throw ServerErrors.InStream(_server.Name, what.Chunk ?? new(), _sentPriority);
            }

            _ended = what.IsEnd;
            if (Take(what.Chunk) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return _finished ? null : throw ServerErrors.BrokeOff(_server.Name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended && !_clock.Token.IsCancellationRequested)
        {
            // The answer is whole. The end of the response frees the connection for the next request, and nobody waits for it.
            _clock.Restart(EndTime);
            _ = EndAsync();
            return;
        }

        await CloseAsync();
    }

    static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4_000];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return ServerErrors.Cut(System.Text.Encoding.UTF8.GetString(buffer, 0, length));
    }

    static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    string? Take(WireChunk? chunk)
    {
        if (chunk is null)
        {
            return null;
        }

        Model = chunk.Model ?? Model;
        Usage = chunk.Usage ?? Usage;
        if (chunk.Choices is not [{ } choice, ..])
        {
            return null;
        }

        _finished |= choice.FinishReason is not null;
        return choice.Delta?.Content;
    }

    async Task EndAsync()
    {
        try
        {
            while (await _events.MoveNextAsync())
            {
            }
        }
        catch (Exception)
        {
            // The answer is whole all the same.
        }

        await CloseAsync();
    }

    async ValueTask CloseAsync()
    {
        _closing.Unregister();
        _response.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (Exception)
        {
            // The outcome of the answer is known; what the closed connection still says is of no interest.
        }

        _clock.Dispose();
    }
}
