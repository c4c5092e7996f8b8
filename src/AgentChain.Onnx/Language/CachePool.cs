using AgentChain.Turns;

namespace AgentChain.Onnx.Language;

/// <summary>
/// The caches of a model: as many as may generate at once. An idle one keeps what it read, and goes to the next prompt that begins
/// alike. Reading ahead uses one only while no generation wants it. Thread-safe.
/// </summary>
sealed class CachePool(Func<KeyValueCache> create, int capacity) : IDisposable
{
    readonly SemaphoreSlim _free = new(capacity, capacity);
    readonly Lock _lock = new();
    readonly List<CancellationTokenSource> _prefills = [];

    /// <summary>The one that has been idle for longest comes first.</summary>
    readonly List<PooledCache> _idle = [];

    int _made;
    int _waiting;
    bool _disposed;

    /// <summary>Caches that exist.</summary>
    public int Count => Volatile.Read(ref _made);

    /// <summary>
    /// Takes the cache that knows most of a prompt's beginning, rewound to where they part, so that at least one token is left to
    /// read. Where none is free it stops those who read ahead.
    /// </summary>
    public async ValueTask<PooledCache> RentAsync(int[] prompt, TurnId turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_free.Wait(0, CancellationToken.None))
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                PooledCache taken = Take(ForGeneration(prompt, turn));
                taken.Cache.Rewind(taken.Knows(prompt, prompt.Length - 1));
                return taken;
            }
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>Takes a cache to read a prompt ahead, if one is free and no generation waits. It is not rewound yet.</summary>
    /// <param name="prompt">The prompt's beginning.</param>
    /// <param name="turn">The turn it is read for.</param>
    /// <param name="stop">Cancelled when a generation needs the cache; given back with it.</param>
    public PooledCache? TryRent(int[] prompt, TurnId turn, CancellationTokenSource stop)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            return null;
        }

        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_waiting == 0)
                {
                    PooledCache taken = Take(ForPrefill(prompt, turn));
                    _prefills.Add(stop);
                    return taken;
                }
            }
        }
        catch
        {
            _free.Release();
            throw;
        }

        _free.Release();
        return null;
    }

    /// <summary>Gives a cache back.</summary>
    /// <param name="pooled">The cache.</param>
    /// <param name="stop">What came with it, where it was taken to read ahead.</param>
    public void Return(PooledCache pooled, CancellationTokenSource? stop = null)
    {
        lock (_lock)
        {
            if (stop is null)
            {
                pooled.Settle();
            }
            else
            {
                _prefills.Remove(stop);
            }

            if (_disposed)
            {
                pooled.Cache.Dispose();
            }
            else
            {
                _idle.Add(pooled);
            }
        }

        _free.Release();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _idle.ForEach(p => p.Cache.Dispose());
            _idle.Clear();
        }
    }

    async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _waiting++;
            _prefills.ForEach(stop => _ = stop.CancelAsync());
        }

        try
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _waiting--;
            }
        }
    }

    PooledCache Take(int chosen)
    {
        if (chosen < 0)
        {
            var made = new PooledCache(create());
            _made++;
            return made;
        }

        PooledCache taken = _idle[chosen];
        _idle.RemoveAt(chosen);
        return taken;
    }

    /// <summary>Which idle cache a generation takes, or none for a new one.</summary>
    int ForGeneration(int[] prompt, TurnId turn)
    {
        int own = _idle.FindLastIndex(p => p.IsGuess && p.Turn == turn);
        (int best, int common) = Best(prompt, prompt.Length - 1, _ => true);
        if (own >= 0 && _idle[own].Knows(prompt, prompt.Length - 1) >= common)
        {
            return own;
        }

        return Alike(best, common, prompt) ? best
            : own >= 0 ? own
            : Unused() is int unused and >= 0 ? unused
            : _made < capacity ? -1 : Math.Max(best, 0);
    }

    /// <summary>
    /// Which idle cache takes what is read ahead, or none for a new one: where the turn has read ahead before, or one that loses
    /// nothing by it; only then one as a generation would take it. So a turn takes at most one cache from another conversation.
    /// </summary>
    int ForPrefill(int[] prompt, TurnId turn)
    {
        int own = Best(prompt, prompt.Length, p => p.IsGuess ? p.Turn == turn : p.Knows(prompt, prompt.Length) >= p.Settled).Index;
        own = own >= 0 ? own : _idle.FindLastIndex(p => p.IsGuess && p.Turn == turn);
        if (own >= 0)
        {
            return own;
        }

        (int best, int common) = Best(prompt, prompt.Length, p => !p.IsGuess);
        return Alike(best, common, prompt) ? best
            : Unused() is int unused and >= 0 ? unused
            : _made < capacity ? -1 : 0;
    }

    // Where prompt and cache have little in common the cache is somebody else's conversation: leave it while there is room.
    bool Alike(int index, int common, int[] prompt) => index >= 0 && common * 2 >= Math.Min(_idle[index].Cache.Length, prompt.Length);

    int Unused() => _idle.FindIndex(p => p.Cache.Length == 0);

    (int Index, int Common) Best(int[] prompt, int most, Predicate<PooledCache> among)
    {
        (int best, int common) = (-1, 0);
        for (int i = 0; i < _idle.Count; i++)
        {
            int shared = among(_idle[i]) ? _idle[i].Knows(prompt, most) : 0;
            if (shared > common)
            {
                (best, common) = (i, shared);
            }
        }

        return (best, common);
    }
}
