namespace AgentChain.Remote;

/// <summary>The end of the patience with one answer: the turn's token, a limit on the silence of the server, and its disposal.</summary>
sealed class AnswerClock : IDisposable
{
    readonly CancellationToken _turn;
    readonly CancellationToken _disposed;
    readonly CancellationTokenSource _late;
    readonly CancellationTokenSource _own;
    readonly TimeSpan? _stall;
    TimeSpan? _limit;

    /// <summary>The latest limit that was set, for the error: the one that passed may have been lifted right after.</summary>
    TimeSpan _latest;
    bool _isPaused;

    public AnswerClock(TimeSpan? firstText, TimeSpan? stall, TimeProvider time, CancellationToken turn, CancellationToken disposed)
    {
        (_turn, _disposed, _stall) = (turn, disposed, stall);
        _late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _own = CancellationTokenSource.CreateLinkedTokenSource(turn, _late.Token, disposed);
        Token = _own.Token;
        Restart(firstText);
    }

    public CancellationToken Token { get; }

    public bool IsTurnOver => _turn.IsCancellationRequested;

    /// <summary>Restarts the limit, after a sign of life.</summary>
    public void Restart() => Restart(_stall);

    /// <summary>Stops the limit while a text is handed on: the time that the chain takes for it is not the server's.</summary>
    public void Pause()
    {
        _isPaused = true;
        Restart(null);
    }

    /// <summary>Begins the limit after a pause.</summary>
    public void Resume()
    {
        if (_isPaused)
        {
            _isPaused = false;
            Restart(_stall);
        }
    }

    public void Restart(TimeSpan? limit)
    {
        if (limit is null && _limit is null)
        {
            return;
        }

        _limit = limit;
        _latest = limit ?? _latest;
        _late.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tells why a request or an answer ended with an exception.</summary>
    /// <returns>The exception to throw.</returns>
    public Exception Explain(string server, Exception error, bool sentPriority) =>
        _turn.IsCancellationRequested ? new OperationCanceledException(_turn)
        : _late.IsCancellationRequested ? ServerErrors.Late(server, _latest)
        : _disposed.IsCancellationRequested ? ServerErrors.Disposed(server, error)
        : ServerErrors.Of(server, error, sentPriority);

    public void Dispose()
    {
        _own.Dispose();
        _late.Dispose();
    }
}
