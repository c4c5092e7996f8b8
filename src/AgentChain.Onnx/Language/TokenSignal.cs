using System.Threading.Tasks.Sources;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Wakes the reader of a generation. A model of a tenth of a millisecond per token would wake a thread for each of them, at a cost as large
/// as the step; so tokens that follow each other closely wake the reader together. The first one wakes it at once, and so does each of a
/// model that takes longer. One reader waits at a time.
/// </summary>
sealed class TokenSignal(TimeProvider time) : IValueTaskSource
{
    /// <summary>The longest time that a token waits for the next one.</summary>
    static readonly TimeSpan Together = TimeSpan.FromMilliseconds(1);

    readonly Lock _lock = new();
    ManualResetValueTaskSourceCore<bool> _waiting = new() { RunContinuationsAsynchronously = true };
    bool _isSet;
    bool _isWaitedFor;
    bool _isHeld;
    long _last;

    /// <summary>Waits until there is something to read since the last wait. Can also end when there is nothing.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _isWaitedFor = true;
            return new ValueTask(this, _waiting.Version);
        }
    }

    /// <summary>Tells that a token is there. The reader is woken now or with the next one.</summary>
    public void Token()
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (_last != 0 && time.GetElapsedTime(_last, now) < Together)
            {
                _isHeld = true;
                return;
            }

            _last = now;
            Wake();
        }
    }

    /// <summary>Wakes the reader if a token is held, because the next one will take longer.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isHeld)
            {
                Wake();
            }
        }
    }

    /// <summary>Wakes the reader.</summary>
    public void Set()
    {
        lock (_lock)
        {
            Wake();
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        lock (_lock)
        {
            _waiting.GetResult(token);
            _waiting.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _waiting.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiting.OnCompleted(continuation, state, token, flags);

    void Wake()
    {
        _isHeld = false;
        if (_isWaitedFor)
        {
            _isWaitedFor = false;
            _waiting.SetResult(true);
        }
        else
        {
            _isSet = true;
        }
    }
}
