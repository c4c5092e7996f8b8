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
sealed partial class CachePool(Func<KeyValueCache> create, PrefixCache? prefixes, int capacity, Action whenUnused, string model) : IDisposable
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
    bool _hasEnded;

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
                RequireModel();
                DisposeReturned();
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

        taken.Prompt = prompt;
        try
        {
            Continue(taken, prompt.AsSpan(0, prompt.Length - 1));
            return taken;
        }
        catch
        {
            Return(taken);
            throw;
        }
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
                RequireModel();
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
            DisposeReturned();
            isUnused = TryEnd();
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
            DisposeReturned();
            _idle.ForEach(p => p.Cache.Dispose());
            _idle.Clear();
            if (!TryEnd())
            {
                return;
            }
        }

        whenUnused();
    }

    /// <summary>Disposes the caches of calls that have returned after their lanes had given them up.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            DisposeReturned();
            if (!TryEnd())
            {
                return;
            }
        }

        whenUnused();
    }

    static bool IsHanging(PooledCache pooled)
    {
        if (!pooled.Cache.TryEnter(MovedWithin))
        {
            return true;
        }

        pooled.Cache.Leave();
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

        // The call may have returned before the cache was in the list.
        Sweep();
    }

    /// <summary>Requires a model that was not disposed.</summary>
    void RequireModel()
    {
        if (_disposed)
        {
            throw new ObjectDisposedException(
                nameof(LanguageModel), $"The language model '{model}' was disposed. Dispose a model after the chains that use it, or load it again.");
        }
    }

    /// <summary>Whether the model was disposed and no cache is in use any more; true only once.</summary>
    bool TryEnd() => _disposed && _rented == 0 && !_hasEnded && (_hasEnded = true);

    /// <summary>Disposes the caches whose calls have returned after all. Until then, the model's memory is not released.</summary>
    void DisposeReturned()
    {
        for (int i = _hanging.Count - 1; i >= 0; i--)
        {
            if (_hanging[i].Cache.TryEnter())
            {
                _hanging[i].Cache.Leave();
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
        catch (ObjectDisposedException)
        {
            // The model is unloaded with this cache.
        }
        catch (Exception)
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
}
