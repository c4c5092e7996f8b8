using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Pools a model's caches, as many as there are concurrent generations. An idle cache keeps the tokens it has read and is reused for the
/// next prompt with the same beginning. A prefill holds a cache only while no generation needs it. Thread-safe.
/// </summary>
/// <remarks>
/// Behind it are the pages of the prefix cache: what a cache has read is kept there as it is returned, and a longer beginning of a prompt
/// than any idle cache has is taken from there.
/// </remarks>
sealed class CachePool(Func<KeyValueCache> create, PrefixCache? prefixes, int capacity, Action whenUnused) : IDisposable
{
    /// <summary>How long a returned cache may still be in use: the arena moves idle caches, which takes far less.</summary>
    static readonly TimeSpan MovedWithin = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim _free = new(capacity, capacity);
    readonly Lock _lock = new();
    readonly List<CancellationTokenSource> _prefills = [];

    /// <summary>The idle caches, the longest idle first.</summary>
    readonly List<PooledCache> _idle = [];

    /// <summary>The caches whose native calls did not return although their lanes went on; still rented.</summary>
    readonly List<PooledCache> _hanging = [];

    volatile bool _copies = true;
    int _made;
    int _waiting;
    int _rented;
    bool _disposed;

    /// <summary>The number of caches created.</summary>
    public int Count => Volatile.Read(ref _made);

    /// <summary>
    /// Takes the cache that suits a prompt best, rewound to their common prefix; at least one token of the prompt is left to read. If no
    /// cache is free, cancels running prefills and waits.
    /// </summary>
    public async ValueTask<PooledCache> RentAsync(int[] prompt, TurnId turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_free.Wait(0, CancellationToken.None))
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        PooledCache taken;
        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(LanguageModel));
                Sweep();
                taken = Take(ForGeneration(prompt, turn));
                taken.Cache.Rewind(taken.Knows(prompt, prompt.Length - 1));
                _rented++;
            }
        }
        catch
        {
            _free.Release();
            throw;
        }

        Continue(taken, prompt.AsSpan(0, prompt.Length - 1));
        taken.Prompt = prompt;
        return taken;
    }

    /// <summary>Continues a cache, rewound to its common prefix with a prompt, with what the pages have more of it.</summary>
    public void Continue(PooledCache taken, ReadOnlySpan<int> prompt)
    {
        if (_copies && prefixes?.Find(prompt) is { } lease)
        {
            taken.Cache.Adopt(lease);
        }
    }

    /// <summary>
    /// Takes a cache to prefill a prompt, not yet rewound, or returns <see langword="null"/> if none is free or a generation is waiting.
    /// </summary>
    /// <param name="prompt">The beginning of the prompt.</param>
    /// <param name="turn">The turn that the prompt is read for.</param>
    /// <param name="stop">
    /// The source that is canceled when a generation needs the cache. Pass it to <see cref="Return"/> with the cache.
    /// </param>
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
                ObjectDisposedException.ThrowIf(_disposed, typeof(LanguageModel));
                if (_waiting == 0)
                {
                    PooledCache taken = Take(ForPrefill(prompt, turn));
                    _prefills.Add(stop);
                    _rented++;
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

    /// <summary>Returns a cache to the pool.</summary>
    /// <param name="pooled">The cache.</param>
    /// <param name="stop">
    /// The source passed to <see cref="TryRent"/>, or <see langword="null"/> if the cache was taken for a generation.
    /// </param>
    public void Return(PooledCache pooled, CancellationTokenSource? stop = null)
    {
        if (pooled.Cache.IsAbandoned || IsHanging(pooled))
        {
            Abandon(pooled, stop);
            return;
        }

        Keep(pooled);
        bool isUnused;
        lock (_lock)
        {
            _rented--;
            Sweep();
            isUnused = _disposed && _rented == 0;
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
        if (isUnused)
        {
            whenUnused();
        }
    }

    /// <summary>
    /// Hands out no further cache, and disposes each once it is returned. Can be called more than once; <c>whenUnused</c> is called once,
    /// when none is left.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Sweep();
            _idle.ForEach(p => p.Cache.Dispose());
            _idle.Clear();
            if (_rented > 0)
            {
                return;
            }
        }

        whenUnused();
    }

    static bool IsHanging(PooledCache pooled)
    {
        if (!pooled.Cache.InUse.TryEnter(MovedWithin))
        {
            return true;
        }

        pooled.Cache.InUse.Exit();
        return false;
    }

    /// <summary>Lets another cache take the place of one whose native call hangs, and can still write into it.</summary>
    void Abandon(PooledCache pooled, CancellationTokenSource? stop)
    {
        lock (_lock)
        {
            _made--;
            _hanging.Add(pooled);
            if (stop is not null)
            {
                _prefills.Remove(stop);
            }
        }

        _free.Release();
    }

    /// <summary>Disposes the caches whose calls have returned after all. Until then, the model's memory is not released.</summary>
    void Sweep()
    {
        for (int i = _hanging.Count - 1; i >= 0; i--)
        {
            if (_hanging[i].Cache.InUse.TryEnter())
            {
                _hanging[i].Cache.InUse.Exit();
                _hanging[i].Cache.Dispose();
                _hanging.RemoveAt(i);
                _rented--;
            }
        }
    }

    /// <summary>Keeps in pages what a cache has read, before it is idle.</summary>
    void Keep(PooledCache pooled)
    {
        KeyValueCache cache = pooled.Cache;
        cache.Drop();
        if (cache.TakeDiscarded())
        {
            // The generation got invalid logits, perhaps from what it continued from.
            prefixes?.Forget(pooled.Prompt);
        }

        pooled.Prompt = [];
        if (prefixes is null || !_copies)
        {
            return;
        }

        try
        {
            cache.Save().Dispose();
        }
        catch (OutOfMemoryException)
        {
            // The turn has its answer; its tokens are read again.
        }
        catch (OnnxModelException)
        {
            // The device cannot be copied from, so trying again costs time and brings nothing. A device that failed fails the next run.
            _copies = false;
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

    /// <summary>Selects the idle cache for a generation, or -1 to create one.</summary>
    int ForGeneration(int[] prompt, TurnId turn)
    {
        int own = _idle.FindLastIndex(p => p.IsGuess && p.Turn == turn);
        (int best, int common) = Best(prompt, prompt.Length - 1, _ => true);
        if (own >= 0 && _idle[own].Knows(prompt, prompt.Length - 1) >= common)
        {
            return own;
        }

        // If all are taken, the longest idle one goes: pages have what it has in common. Without pages, it is the one to lose least.
        return Alike(best, common, prompt) ? best
            : own >= 0 ? own
            : Unused() is int unused and >= 0 ? unused
            : _made < capacity ? -1
            : prefixes is not null && _copies ? 0 : Math.Max(best, 0);
    }

    /// <summary>
    /// Selects the idle cache for a prefill, or -1 to create one. Prefers a cache that the turn has prefilled before or one that loses
    /// nothing by it; otherwise selects as for a generation. A turn thus takes at most one cache from other conversations.
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

    // With little in common, the cache belongs to another conversation: leave it alone while there is room.
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
