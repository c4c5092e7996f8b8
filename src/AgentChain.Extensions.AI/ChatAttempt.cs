using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// One client's attempt at an answer, which is over if its first output does not come in time:
/// <code>
///   Waiting ── first output, or the end ──> Answering
///      └────── the bound ─────────────────> Late: its token is canceled, and its end is awaited by nothing
/// </code>
/// </summary>
sealed class ChatAttempt : IAsyncDisposable
{
    const int Waiting = 0;
    const int Answering = 1;
    const int Late = 2;

    // A client that writes so much without output never begins.
    const int MostHeld = 10_000;

    readonly ChatClientBlock _client;
    readonly TimeProvider _time;
    readonly TimeSpan _bound;
    readonly bool _isLast;
    readonly CancellationToken _turn;
    readonly CancellationTokenSource _own;
    readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    Task<bool> _moving = Task.FromResult(true);
    ITimer? _canceling;
    ITimer? _waking;
    int _state;

    public ChatAttempt(
        ChatClientBlock client, IReadOnlyList<ChatMessage> input, BlockContext context, TimeSpan bound, bool isLast, CancellationToken turn)
    {
        (_client, _time, _bound, _isLast, _turn) = (client, context.Time, bound, isLast, turn);
        _own = CancellationTokenSource.CreateLinkedTokenSource(turn);
        _updates = client.InvokeAsync(input, context, _own.Token).GetAsyncEnumerator(_own.Token);
    }

    /// <summary>Gets the updates up to the first output.</summary>
    public List<ChatResponseUpdate> Held { get; } = [];

    public ChatResponseUpdate Current => _updates.Current;

    /// <summary>Waits for the first output or the end of the answer.</summary>
    /// <returns><see langword="null"/> if there is an answer; otherwise why there is none.</returns>
    public async ValueTask<ChatClientException?> BeginAsync()
    {
        try
        {
            return await ReadAsync() && Claim(Answering) ? null : TooLate();
        }
        catch (ChatClientException failure) when (!_turn.IsCancellationRequested)
        {
            return Claim(Answering) ? failure : TooLate();
        }
        catch (OperationCanceledException) when (_state == Late && !_turn.IsCancellationRequested)
        {
            return TooLate();
        }
        finally
        {
            _waking?.Dispose();
            if (_state != Late)
            {
                _canceling?.Dispose();
            }
        }
    }

    public ValueTask<bool> MoveNextAsync() => _updates.MoveNextAsync();

    public async ValueTask DisposeAsync()
    {
        if (_state == Late)
        {
            _ = LeaveAsync();
            return;
        }

        await _updates.DisposeAsync();
        _own.Dispose();
    }

    /// <summary>Whether an update tells the caller something; usage and empty text, which often opens an answer, do not.</summary>
    static bool IsOutput(ChatResponseUpdate update)
    {
        foreach (AIContent content in update.Contents)
        {
            if (content is not UsageContent and not TextContent { Text: null or "" })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads up to the first output; false if the bound passed first.</summary>
    async ValueTask<bool> ReadAsync()
    {
        // One timer cancels the client's token and another wakes this method, so that a callback of that token, which is host code, cannot
        // delay the next client. No Task.Delay: its continuation leaves the chain's scheduler if it is canceled.
        TaskCompletionSource? late = null;
        if (_bound != Timeout.InfiniteTimeSpan)
        {
            late = new TaskCompletionSource();
            _canceling = _time.CreateTimer(static own => ((ChatAttempt)own!).OnBound(), this, _bound, Timeout.InfiniteTimeSpan);
            _waking = _time.CreateTimer(
                static late => ((TaskCompletionSource)late!).TrySetResult(), late, _bound, Timeout.InfiniteTimeSpan);
        }

        while (true)
        {
            _moving = _updates.MoveNextAsync().AsTask();
            if (late is not null && await Task.WhenAny(_moving, late.Task) != _moving && !_turn.IsCancellationRequested)
            {
                Claim(Late);
                return false;
            }

            if (!await _moving)
            {
                return true;
            }

            Held.Add(_updates.Current);
            if (_isLast || IsOutput(_updates.Current))
            {
                // Nothing follows the last client, so nothing of it is held back.
                return true;
            }

            // A client that always has an update at hand leaves no other moment to see that the bound or the turn is over.
            _turn.ThrowIfCancellationRequested();
            if (Volatile.Read(ref _state) == Late)
            {
                return false;
            }

            if (Held.Count > MostHeld)
            {
                throw new ChatClientException(_client.ToString(), $"The chat client '{_client}' wrote {MostHeld} updates without any output.");
            }
        }
    }

    void OnBound()
    {
        if (!Claim(Late) && _state != Late)
        {
            return;
        }

        try
        {
            _own.Cancel();
        }
        catch (Exception)
        {
            // A callback of the client threw, or the client ended first. It is left in any case.
        }
    }

    /// <summary>
    /// Ends an attempt that was late, however long it takes; the timer cancels it. What it still throws is ignored.
    /// </summary>
    async Task LeaveAsync()
    {
        try
        {
            await _moving;
        }
        catch (Exception)
        {
        }

        try
        {
            await _updates.DisposeAsync();
        }
        catch (Exception)
        {
        }

        _canceling?.Dispose();
        _own.Dispose();
    }

    bool Claim(int state) => Interlocked.CompareExchange(ref _state, state, Waiting) == Waiting;

    ChatClientException TooLate() =>
        new(_client.ToString(), $"The chat client '{_client}' gave no output within {_bound.TotalMilliseconds:0.###} ms.");
}
