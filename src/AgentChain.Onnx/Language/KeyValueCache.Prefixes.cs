namespace AgentChain.Onnx.Language;

/// <content>What goes to and comes from the prefix cache and other caches.</content>
public abstract partial class KeyValueCache
{
    const int TransferTokens = 256;

    /// <summary>The lease on the tokens that <see cref="Fill"/> still has to copy in, from <see cref="_held"/> on.</summary>
    PrefixLease? _pending;

    /// <summary>The number of tokens before those of the lease.</summary>
    int _held;

    bool _discarded;

    internal abstract DecoderGraph Graph { get; }

    /// <summary>The pages that the model's conversations share.</summary>
    internal PrefixCache? Prefixes { get; set; }

    /// <summary>
    /// Keeps the tokens read so far in the model's prefix cache, which copies those that it does not have yet, and leases them. The lease
    /// can be forked, and loaded into any cache of the model, on any device.
    /// </summary>
    /// <returns>
    /// The lease, which the caller disposes. Its <see cref="PrefixLease.Length"/> tells how much was saved: it is shorter than
    /// <see cref="Length"/> if <see cref="LanguageModelOptions.PrefixCacheBytes"/> has no room for the rest, because the sequence is longer, or
    /// other leases fill it. Who loads it reads the tokens that it lacks.
    /// </returns>
    /// <exception cref="InvalidOperationException">The model has no prefix cache.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public PrefixLease Save()
    {
        PrefixCache prefixes = Prefixes ?? throw new InvalidOperationException(
            $"The model has no prefix cache, because {nameof(LanguageModelOptions.PrefixCacheBytes)} is 0. Set it to the number of bytes that may be kept.");
        Enter();
        try
        {
            Fill();
            return prefixes.Keep(Tokens, slices => CopyOut(slices));
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Continues from a lease: the cache then has exactly its tokens. The next run copies in what the cache does not have; until then this
    /// takes only a step for each page.
    /// </summary>
    /// <param name="prefix">The lease, from this model or from the same model on another device. The caller still disposes it.</param>
    /// <exception cref="KeyValueMismatchException">The lease is from another model.</exception>
    /// <exception cref="ArgumentException">The lease has more tokens than <see cref="Capacity"/>.</exception>
    /// <exception cref="ObjectDisposedException">The lease or the cache was disposed.</exception>
    public void Load(PrefixLease prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        prefix.Cache.Require(Graph);
        RequireRoom(prefix.Length, nameof(prefix));
        Enter();
        try
        {
            PrefixLease own = prefix.Fork();
            Rewind(Tokens.CommonPrefixLength([.. own.GetTokens()]));
            Adopt(own);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Copies the tokens read so far, with their keys and values, into a cache of the same model, which can be loaded onto another device.
    /// What the other cache already has in common is not copied. Both then continue with the same tokens.
    /// </summary>
    /// <param name="other">The cache that gets exactly the tokens of this one.</param>
    /// <remarks>
    /// Runs on the calling thread, through host memory; neither cache may be in use meanwhile. If it fails, the other cache has a beginning
    /// of the tokens.
    /// </remarks>
    /// <exception cref="KeyValueMismatchException">The other cache is of another model.</exception>
    /// <exception cref="ArgumentException">The other cache has no room for the tokens.</exception>
    /// <exception cref="ObjectDisposedException">One of the caches was disposed.</exception>
    public void CopyTo(KeyValueCache other)
    {
        ArgumentNullException.ThrowIfNull(other);
        KeyValueShape.Require(Graph, other.Graph);
        other.RequireRoom(Length, nameof(other));
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ObjectDisposedException.ThrowIf(other._isDisposed, other);
        if (other == this)
        {
            return;
        }

        Fill();
        other.Rewind(other.Tokens.CommonPrefixLength(Tokens));
        other.Fill();
        byte[]? page = null;
        while (other.Length < Length)
        {
            int count = Math.Min(TransferTokens, Length - other.Length);
            page ??= KeyValueShape.Of(Graph).CreatePage(count);
            ReadOnlySpan<PageSlice> slice = [new PageSlice(page, other.Length, count)];
            EnterToCopyOut(slice);
            other.EnterToCopyIn(slice);
            other._tokens.AddRange(Tokens.Slice(other.Length, count));
        }
    }

    /// <summary>Takes over a lease on a longer sequence that begins with the tokens of this cache.</summary>
    internal void Adopt(PrefixLease lease)
    {
        try
        {
            Fill();
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        _held = Length;
        if (lease.Length <= Length)
        {
            lease.Dispose();
            return;
        }

        _pending = lease;
        _tokens.AddRange(lease.GetTokens().Skip(Length));
    }

    /// <summary>Copies in the tokens of a lease that was taken over, and releases it.</summary>
    internal void Fill()
    {
        if (_pending is not { } lease)
        {
            return;
        }

        try
        {
            PageSlice[] slices = lease.Slices(_held, Length);
            if (slices.Length > 0)
            {
                EnterToCopyIn(slices);
            }
        }
        catch
        {
            Rewind(Math.Min(_held, Length));
            throw;
        }
        finally
        {
            _pending = null;
            lease.Dispose();
        }
    }

    /// <summary>Forgets the tokens of a lease that were not copied in, and releases it.</summary>
    internal void Drop()
    {
        if (_pending is { } lease)
        {
            Rewind(Math.Min(_held, Length));
            _pending = null;
            lease.Dispose();
        }
    }

    /// <summary>Forgets all tokens, because their keys and values may be invalid, wherever they came from.</summary>
    internal void Discard()
    {
        Rewind(0);
        _discarded = true;
    }

    /// <summary>Returns whether the cache was discarded since the last call.</summary>
    internal bool TakeDiscarded() => _discarded && !(_discarded = false);

    void EnterToCopyOut(ReadOnlySpan<PageSlice> slices)
    {
        Enter();
        try
        {
            CopyOut(slices);
        }
        finally
        {
            Leave();
        }
    }

    void EnterToCopyIn(ReadOnlySpan<PageSlice> slices)
    {
        Enter();
        try
        {
            CopyIn(slices);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Copies keys and values into pages. The caller has entered the cache.</summary>
    private protected abstract void CopyOut(ReadOnlySpan<PageSlice> slices);

    /// <summary>
    /// Copies keys and values of consecutive tokens from pages; what follows them is then undefined. The caller has entered the cache.
    /// </summary>
    private protected abstract void CopyIn(ReadOnlySpan<PageSlice> slices);

    void RequireRoom(int tokens, string parameter)
    {
        if (tokens > Capacity)
        {
            throw new ArgumentException($"The cache has room for {Capacity} tokens, not for {tokens}. Raise {nameof(LanguageModelOptions.MaxLength)} of its model.", parameter);
        }
    }
}
