using System.Net;
using System.Net.ServerSentEvents;

namespace AgentChain.Remote;

/// <summary>An answer in events of HTTP, as chat completions are streamed.</summary>
sealed class EventAnswer : ChatAnswer
{
    // For what follows the text: the usage, and the end of the response, after which the connection can be used again.
    static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);

    readonly ChatServer _server;
    readonly HttpResponseMessage _response;
    readonly IAsyncEnumerator<SseItem<WireEvent>> _events;
    readonly AnswerClock _clock;
    readonly WholePieces _pieces = new();
    readonly bool _sentPriority;
    readonly CancellationTokenRegistration _closing;
    bool _finished;
    bool _ended;

    EventAnswer(ChatServer server, HttpResponseMessage response, Stream stream, AnswerClock clock, bool sentPriority)
    {
        (_server, _response, _clock, _sentPriority) = (server, response, clock, sentPriority);
        _events = WireEvents.Read(stream).GetAsyncEnumerator(clock.Token);
        _closing = clock.Token.UnsafeRegister(static response => ((HttpResponseMessage)response!).Dispose(), response);
    }

    /// <summary>Sends a request to a server that has let it in.</summary>
    public static async ValueTask<EventAnswer> SendAsync(
        ChatServer server, ServerQuestion question, AnswerClock clock, Action<HttpRequestMessage>? onRequest)
    {
        bool sendsPriority = question.Priority is not null;
        bool mayExpect = true;
        bool mayRepeat = true;
        while (true)
        {
            using HttpRequestMessage request = server.Request(ServerDialect.BodyOf(server.Options, question));
            request.Headers.ExpectContinue = mayExpect ? request.Headers.ExpectContinue : null;
            onRequest?.Invoke(request);
            HttpResponseMessage? response = null;
            try
            {
                response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, clock.Token);
                if (response.StatusCode == HttpStatusCode.ExpectationFailed && request.Headers.ExpectContinue == true)
                {
                    // The server, or a proxy before it, does not know the question whether a long request may come.
                    response.Dispose();
                    mayExpect = false;
                    continue;
                }

                if (!EventRefusal.IsStream(response))
                {
                    throw await EventRefusal.ReadAsync(server, response, clock, sendsPriority);
                }

                Stream stream = await response.Content.ReadAsStreamAsync(clock.Token);
                return new EventAnswer(server, response, stream, clock, sendsPriority);
            }
            catch (Exception error)
            {
                response?.Dispose();
                if (!mayRepeat || clock.Token.IsCancellationRequested || !UsedConnection.Lost(request, error))
                {
                    throw error as ServerException ?? clock.Explain(server.Name, error, sendsPriority);
                }

                mayRepeat = false;
            }
        }
    }

    public override async ValueTask<string?> NextAsync()
    {
        _clock.Resume();
        if (_finished)
        {
            _clock.Restart(EndTime);
        }

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
            catch (Exception) when (_finished && !_clock.IsTurnOver)
            {
                // The answer is whole; only what follows it, such as the usage, is missing.
                break;
            }
            catch (Exception error)
            {
                throw _clock.Explain(_server.Name, error, _sentPriority);
            }

            if (what.IsError && !_finished)
            {
                throw ServerErrors.InStream(_server.Name, what.Chunk ?? new(), _sentPriority);
            }

            _ended = what.IsEnd;
            string text = _pieces.Add(Take(what.Chunk) ?? "") + (_finished ? _pieces.End() : "");
            if (text.Length > 0)
            {
                _clock.Pause();
                return text;
            }

            if (_finished)
            {
                _clock.Restart(EndTime);
            }
            else
            {
                _clock.Restart();
            }
        }

        return _finished ? null : throw ServerErrors.BrokeOff(_server.Name);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_ended && !_clock.Token.IsCancellationRequested)
        {
            // The answer is whole. The end of the response frees the connection for the next request, and nothing waits for it.
            _clock.Restart(EndTime);
            _ = EndAsync();
            return;
        }

        await CloseAsync();
    }

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

        if (choice.FinishReason is "error" or "abort")
        {
            throw ServerErrors.Finished(_server.Name, choice.FinishReason);
        }

        if (choice.FinishReason is "tool_calls" or "function_call")
        {
            throw ServerErrors.CallsATool(_server.Name);
        }

        // Some servers send an empty reason in each chunk.
        _finished |= choice.FinishReason is { Length: > 0 };
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
            // The outcome of the answer is known; what the closed connection still says is ignored.
        }

        _clock.Dispose();
    }
}
