namespace AgentChain.Onnx.Language;

/// <summary>
/// The caches of a model: as many as may generate at once. An idle one keeps what it read, and goes to the next prompt that begins
/// alike. Thread-safe.
/// </summary>
sealed class CachePool(Func<KeyValueCache> create, int capacity) : IDisposable
{
    readonly SemaphoreSlim _free = new(capacity, capacity);
    readonly Lock _gate = new();
    readonly List<KeyValueCache> _idle = [];
    int _made;
    bool _disposed;

    /// <summary>Caches that exist.</summary>
    public int Count => Volatile.Read(ref _made);

    /// <summary>Takes the cache that knows most of a prompt's beginning, rewound to where they part, so that at least one token is left to read.</summary>
    public async ValueTask<KeyValueCache> RentAsync(IReadOnlyList<int> prompt, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Take(prompt);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Return(KeyValueCache cache)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                cache.Dispose();
            }
            else
            {
                _idle.Add(cache);
            }
        }

        _free.Release();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _idle.ForEach(c => c.Dispose());
            _idle.Clear();
        }
    }

    KeyValueCache Take(IReadOnlyList<int> prompt)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (int best, int common) = (-1, 0);
            for (int i = 0; i < _idle.Count; i++)
            {
                int shared = CommonPrefix(_idle[i], prompt);
                if (shared > common)
                {
                    (best, common) = (i, shared);
                }
            }

            // Where prompt and cache have little in common the cache is somebody else's conversation: leave it while there is room.
            bool continues = best >= 0 && common * 2 >= Math.Min(_idle[best].Length, prompt.Count);
            int chosen = continues ? best : _idle.FindIndex(c => c.Length == 0);
            if (chosen < 0 && _made < capacity)
            {
                KeyValueCache made = create();
                _made++;
                return made;
            }

            // The first idle one has been so for longest.
            chosen = chosen >= 0 ? chosen : Math.Max(best, 0);
            KeyValueCache cache = _idle[chosen];
            _idle.RemoveAt(chosen);
            cache.Rewind(CommonPrefix(cache, prompt));
            return cache;
        }
    }

    static int CommonPrefix(KeyValueCache cache, IReadOnlyList<int> prompt)
    {
        ReadOnlySpan<int> read = cache.Tokens;
        int most = Math.Min(read.Length, prompt.Count - 1), i = 0;
        while (i < most && read[i] == prompt[i])
        {
            i++;
        }

        return i;
    }
}
