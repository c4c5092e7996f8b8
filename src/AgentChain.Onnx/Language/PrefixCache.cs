using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the keys and values that a language model keeps for all conversations, in pages in host memory and within a budget. A prompt
/// continues from the longest beginning that any earlier prompt or answer had; conversations that begin alike share the pages. Thread-safe.
/// </summary>
/// <remarks>
/// Get it from <see cref="LanguageModel.PrefixCache"/>. The least recently used pages without a lease are evicted first, ends before
/// beginnings. It keeps text, as token numbers, until it is evicted, cleared, or the last model that uses the cache is disposed.
/// </remarks>
public sealed class PrefixCache
{
    readonly Lock _lock = new();
    readonly PrefixTree _tree;
    readonly DecoderGraph? _graph;

    /// <summary>The memory of the pages in the ledger; null if there is none.</summary>
    readonly MemoryLease? _memory;
    PrefixCacheStatistics _counts;
    int _models;
    bool _closed;

    internal PrefixCache(DecoderGraph graph, int pageTokens, long budgetBytes)
        : this(
            pageTokens, KeyValueShape.Of(graph).TokenBytes * pageTokens, budgetBytes, () => KeyValueShape.Of(graph).CreatePage(pageTokens),
            graph.Session.ReserveHost(0, MemoryPurpose.KeyValueCache)) =>
        _graph = graph;

    /// <summary>Creates a cache of pages that no model fills.</summary>
    internal PrefixCache(int pageTokens, long pageBytes, long budgetBytes, Func<byte[]> allocate, MemoryLease? memory = null)
    {
        (PageBytes, BudgetBytes, _memory) = (pageBytes, budgetBytes, memory);
        _tree = new PrefixTree(pageTokens, budgetBytes / pageBytes, () => Allocate(allocate));
    }

    /// <summary>Gets the number of tokens of a page; the last page of a sequence can have fewer.</summary>
    public int PageTokens => _tree.PageTokens;

    /// <summary>Gets the size of a page in bytes.</summary>
    public long PageBytes { get; }

    /// <summary>Gets the most bytes that all pages take.</summary>
    public long BudgetBytes { get; }

    /// <summary>Gets what the cache holds now and what it has counted since it was created.</summary>
    public PrefixCacheStatistics Statistics => Locked(() => _counts with
    {
        PagesHeld = _tree.Held,
        BytesHeld = _tree.Held * PageBytes,
        PagesLeased = _tree.Leased,
        BytesLeased = _tree.Leased * PageBytes,
        Evictions = _tree.Evictions,
    });

    /// <summary>
    /// Leases the longest beginning of a sequence that the cache has, so that it stays: for example a system prompt after
    /// <see cref="LanguageModel.PrefillAsync(AgentChain.Devices.DeviceLane, IReadOnlyList{int}, CancellationToken)"/>.
    /// </summary>
    /// <param name="tokens">The sequence.</param>
    /// <returns>The lease, of length 0 if the cache has nothing of the sequence. The caller disposes it.</returns>
    public PrefixLease Lease(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Find([.. tokens]);
    }

    /// <summary>Forgets everything that is not leased, and the rest as soon as its leases are disposed.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _tree.Clear();
        }

        Settle();
    }

    /// <summary>Returns a one-line description that contains numbers, but no text.</summary>
    public override string ToString()
    {
        PrefixCacheStatistics now = Statistics;
        return FormattableString.Invariant($"{now.PagesHeld} pages of {PageTokens} tokens, {now.BytesHeld} of {BudgetBytes} bytes, {now.Leases} leases");
    }

    /// <summary>Adds a model that uses the cache.</summary>
    /// <exception cref="KeyValueMismatchException">It is not the model that the cache was created for.</exception>
    /// <exception cref="ObjectDisposedException">All its models were disposed.</exception>
    internal void Join(DecoderGraph graph)
    {
        KeyValueShape.Require(_graph!, graph);
        lock (_lock)
        {
            if (_closed)
            {
                throw new ObjectDisposedException(
                    nameof(PrefixCache), "The prefix cache ended with the last model that used it. Load the models that share it before that one is disposed.");
            }

            _models++;
        }
    }

    /// <summary>Removes a model. After the last one, the cache lets go of its memory and keeps nothing.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            if (--_models == 0)
            {
                _closed = true;
                _tree.Clear();
            }
        }

        Settle();
    }

    internal void Require(DecoderGraph graph) => KeyValueShape.Require(_graph!, graph);

    internal PrefixLease Find(ReadOnlySpan<int> tokens)
    {
        lock (_lock)
        {
            (PrefixNode leaf, int length) = _tree.Match(tokens);
            _counts = _counts with
            {
                Hits = _counts.Hits + (length > 0 ? 1 : 0),
                Misses = _counts.Misses + (length > 0 ? 0 : 1),
                HitTokens = _counts.HitTokens + length,
                MissedTokens = _counts.MissedTokens + tokens.Length - length,
            };
            return Pin(leaf, length);
        }
    }

    /// <summary>Keeps a sequence: fills pages for what the cache does not have yet, as far as the budget allows.</summary>
    /// <param name="tokens">The sequence.</param>
    /// <param name="fill">Copies the keys and values into the pages; not called if there are none to fill.</param>
    /// <returns>The lease on the beginning of the sequence that the cache now has.</returns>
    internal PrefixLease Keep(ReadOnlySpan<int> tokens, Action<PageSlice[]> fill)
    {
        PrefixNode at;
        PageSlice[] slices;
        lock (_lock)
        {
            (at, int known) = _tree.Match(tokens);
            if (known == tokens.Length || _closed)
            {
                return Pin(at, known);
            }

            // A page that is shared in part, or that is shorter, has no room for what follows.
            at = at == _tree.Root || (known == at.End && at.Tokens.Length == PageTokens) ? at : at.Parent!;
            _tree.Pin(at);
            slices = Take(at.End, tokens.Length);
        }

        try
        {
            if (slices.Length > 0)
            {
                fill(slices);
            }
        }
        catch
        {
            lock (_lock)
            {
                Array.ForEach(slices, slice => _tree.Give(slice.Page));
                Release(at);
            }

            Settle();
            throw;
        }

        lock (_lock)
        {
            int length = at.End;
            foreach (PageSlice slice in slices)
            {
                at = _tree.Extend(at, tokens.Slice(slice.Start, slice.Count).ToArray(), slice.Page);
                length = slice.Start + slice.Count;
            }

            _counts = _counts with { Leases = _counts.Leases + 1 };
            return new PrefixLease(this, at, length);
        }
    }

    /// <summary>Takes out the pages with the beginning of a sequence, and all that continue them.</summary>
    internal void Forget(ReadOnlySpan<int> tokens)
    {
        lock (_lock)
        {
            if (_tree.Root.Nearest(tokens).Child is { } first)
            {
                _tree.Detach(first);
            }
        }
    }

    internal T Locked<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }

    /// <summary>Creates a lease; the caller holds the lock.</summary>
    internal PrefixLease Pin(PrefixNode leaf, int length)
    {
        _tree.Pin(leaf);
        _counts = _counts with { Leases = _counts.Leases + 1 };
        return new PrefixLease(this, leaf, length);
    }

    /// <summary>
    /// Gives memory of pages back to the ledger. The caller does not hold the lock, because others that wait for memory are served here; so the
    /// size is looked at again until it is right.
    /// </summary>
    internal void Settle()
    {
        while (_memory is not null)
        {
            long bytes;
            bool isOver;
            lock (_lock)
            {
                bytes = _tree.Allocated * PageBytes;
                isOver = _closed && bytes == 0;
            }

            if (isOver)
            {
                _memory.Dispose();
                return;
            }

            if (_memory.Holding.Bytes == bytes)
            {
                return;
            }

            try
            {
                _memory.Resize(bytes);
            }
            catch (Exception error) when (error is DeviceMemoryException or ObjectDisposedException)
            {
                // Others reserved meanwhile what a page has taken again, or the last model has left.
                return;
            }
        }
    }

    /// <summary>Ends a lease; the caller holds the lock.</summary>
    internal void Unpin(PrefixNode leaf)
    {
        _counts = _counts with { Leases = _counts.Leases - 1 };
        Release(leaf);
    }

    void Release(PrefixNode leaf)
    {
        _tree.Unpin(leaf);
        if (_closed)
        {
            _tree.Trim();
        }
    }

    PageSlice[] Take(int from, int to)
    {
        var slices = new List<PageSlice>();
        for (int start = from; start < to; start += PageTokens)
        {
            byte[]? page = TryTake();
            if (page is null)
            {
                _counts = _counts with { Declined = _counts.Declined + ((to - start + PageTokens - 1) / PageTokens) };
                break;
            }

            slices.Add(new PageSlice(page, start, Math.Min(PageTokens, to - start)));
        }

        return [.. slices];
    }

    /// <summary>Allocates a page; null if the ledger has no memory for it. The caller holds the lock.</summary>
    byte[]? Allocate(Func<byte[]> allocate)
    {
        try
        {
            _memory?.Resize((_tree.Allocated + 1) * PageBytes);
        }
        catch (DeviceMemoryException)
        {
            return null;
        }

        return allocate();
    }

    byte[]? TryTake()
    {
        try
        {
            return _tree.Take();
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }
}
