namespace AgentChain.Onnx.Language;

/// <content>Who uses the keys and values, and when their memory is released.</content>
public abstract partial class KeyValueCache
{
    readonly Lock _inUse = new();
    volatile bool _isDisposed;
    volatile bool _isAbandoned;
    bool _isReleased;

    /// <summary>Whether a run that its lane has given up may still use the cache, so that no other generation may have it.</summary>
    internal bool IsAbandoned => _isAbandoned;

    /// <summary>Leaves the cache to a run that has not returned.</summary>
    internal void Abandon() => _isAbandoned = true;

    /// <summary>
    /// Enters the cache, to use its keys and values: for a run, for a copy, or to move them in the arena. Each call needs one of
    /// <see cref="Leave"/>. The thread that has entered can enter again.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    internal void Enter()
    {
        _inUse.Enter();
        if (_isDisposed)
        {
            Leave();
            throw new ObjectDisposedException(nameof(KeyValueCache));
        }
    }

    /// <summary>Enters the cache unless another thread has and does not leave it within a time.</summary>
    internal bool TryEnter(TimeSpan wait = default) => _inUse.TryEnter(wait);

    /// <summary>Leaves the cache. Releases its memory if it was disposed meanwhile.</summary>
    internal void Leave()
    {
        _inUse.Exit();
        if (_isDisposed)
        {
            Release();
        }
    }

    /// <summary>Releases the memory; if the cache is in use, once that has ended. Can be called more than once.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the memory, unless somebody uses the cache, who does it then.</summary>
    void Release()
    {
        if (_inUse.IsHeldByCurrentThread || !_inUse.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isReleased)
            {
                _isReleased = true;
                Drop();
                Dispose(true);
            }
        }
        finally
        {
            _inUse.Exit();
        }
    }

    private protected abstract void Dispose(bool disposing);
}
