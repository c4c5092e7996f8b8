using System.Diagnostics;

namespace AgentChain.Blocks.Caching;

/// <summary>
/// Keeps the results of a block: a bounded cache, the least recently used goes first. Only results are kept, no failures. Turns that
/// ask for the same thing at once wait for one run; when that one fails or its turn ends, the next of them runs the block itself.
/// Safe for use by many turns at once.
/// </summary>
/// <typeparam name="TIn">What the block takes.</typeparam>
/// <typeparam name="TKey">What is equal for inputs that have one result.</typeparam>
/// <typeparam name="TOut">What the block makes; immutable, because several turns get the same one.</typeparam>
/// <remarks>
/// For a block whose result depends on its input alone: not on the turn, nor on what earlier blocks carry. Results outlive
/// their turns and are shared between users, so do not put it around a block whose result is personal without the person in the key.
/// </remarks>
[DebuggerDisplay("{Count} results")]
public sealed class CachingBlock<TIn, TKey, TOut> : IBlock<TIn, TOut>, IWarmUp
    where TKey : notnull
{
    readonly IBlock<TIn, TOut> _block;
    readonly Func<TIn, TKey> _key;
    readonly TimeSpan? _lifetime;
    readonly Lock _lock = new();
    readonly LeastRecentlyUsed<TKey, Kept> _kept;
    readonly Dictionary<TKey, Flight> _running;

    /// <summary>Puts a cache around a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="key">What is equal for inputs that have one result.</param>
    /// <param name="options">How much is kept, and how long.</param>
    /// <param name="comparer">Compares keys; the type's own by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, or the lifetime is not more than zero.</exception>
    public CachingBlock(IBlock<TIn, TOut> block, Func<TIn, TKey> key, CachingBlockOptions? options = null, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(key);
        options ??= new CachingBlockOptions();
        OptionCheck.AtLeast(options.Capacity, 1, "CachingBlockOptions.Capacity");
        OptionCheck.Positive(options.Lifetime, "CachingBlockOptions.Lifetime");
        (_block, _key, _lifetime) = (block, key, options.Lifetime);
        _kept = new(options.Capacity, comparer);
        _running = new(comparer);
    }

    /// <summary>Gets how many results it holds, those that have expired but were not asked for since included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _kept.Count;
            }
        }
    }

    /// <summary>Forgets all results; runs that are on their way are still shared and kept.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _kept.Clear();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        TKey key = _key(input);
        while (true)
        {
            TaskCompletionSource<Shared>? waiting = null;
            Flight? flight;
            lock (_lock)
            {
                if (_kept.TryGet(key, out Kept kept) && !HasExpired(kept, context.Time))
                {
                    return kept.Value;
                }

                if (_running.TryGetValue(key, out flight) && !flight.IsDone)
                {
                    waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    flight.Waiting.Add(waiting);
                }
                else
                {
                    _running[key] = flight = new Flight();
                }
            }

            if (waiting is null)
            {
                return await RunAsync(key, flight, input, context, cancellationToken);
            }

            // Not Task.WaitAsync, whose continuations leave virtual time; nor ConfigureAwait, so that the turn comes back on its chain's scheduler.
            using (cancellationToken.UnsafeRegister(static (source, token) => ((TaskCompletionSource<Shared>)source!).TrySetCanceled(token), waiting))
            {
                Shared shared = await waiting.Task;
                if (shared.Succeeded)
                {
                    return shared.Value;
                }
            }
        }
    }

    /// <summary>Warms the block up, if it has something to warm up.</summary>
    /// <param name="context">The device it will use.</param>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>A task for the warm-up.</returns>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        _block is IWarmUp warm ? warm.WarmUpAsync(context, cancellationToken) : default;

    async ValueTask<TOut> RunAsync(TKey key, Flight flight, TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        Shared shared = default;
        try
        {
            TOut value = await _block.InvokeAsync(input, context, cancellationToken).AsTask();
            shared = new(true, value);
            return value;
        }
        finally
        {
            bool isKept = false;
            try
            {
                lock (_lock)
                {
                    flight.IsDone = true;
                    _running.Remove(key);
                    if (shared.Succeeded)
                    {
                        _kept.Put(key, new(shared.Value, context.Time.GetTimestamp()));
                    }

                    isKept = true;
                }
            }
            finally
            {
                // Keys are the host's: one that throws when it is compared must not leave those behind that wait for this run.
                flight.Waiting.ForEach(waiting => waiting.TrySetResult(isKept ? shared : default));
            }
        }
    }

    bool HasExpired(Kept kept, TimeProvider time) => _lifetime is { } lifetime && time.GetElapsedTime(kept.At) >= lifetime;

    readonly record struct Kept(TOut Value, long At);

    readonly record struct Shared(bool Succeeded, TOut Value);

    /// <summary>A run on its way, and the turns that wait for it. Guarded by the lock until it is done; nothing is added after that.</summary>
    sealed class Flight
    {
        public List<TaskCompletionSource<Shared>> Waiting { get; } = [];

        public bool IsDone { get; set; }
    }
}
