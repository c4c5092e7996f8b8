using System.Diagnostics;
using AgentChain.Devices;

namespace AgentChain.Blocks.Caching;

/// <summary>
/// Caches the results of a block. The cache is bounded and evicts the least recently used result first. Failures are not cached.
/// Concurrent turns with the same key wait for one run; if that run fails or its turn ends, the next of them runs the block itself.
/// Thread-safe.
/// </summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TKey">The type of the cache key.</typeparam>
/// <typeparam name="TOut">The type of the block's output; immutable, because several turns share one result.</typeparam>
/// <remarks>
/// Use it for a block whose result depends only on its input: not on the turn, nor on carried values. Results outlive their turns
/// and are shared between users, so do not cache a block with personal results unless the key identifies the person.
/// A warm-up fills the cache too, so do not cache a block that returns something else if <see cref="BlockContext.IsWarmUp"/> is true.
/// </remarks>
[DebuggerDisplay("{Count} results")]
public sealed class CachingBlock<TIn, TKey, TOut> : IBlock<TIn, TOut>, IWarmUp, INeedsDevice
    where TKey : notnull
{
    readonly IBlock<TIn, TOut> _block;
    readonly Func<TIn, TKey> _key;
    readonly TimeSpan? _lifetime;
    readonly Lock _lock = new();
    readonly LeastRecentlyUsed<TKey, Kept> _kept;
    readonly Dictionary<TKey, Flight> _running;

    /// <summary>Creates a cache around a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="key">Selects the cache key of an input. Inputs with equal keys share one result.</param>
    /// <param name="options">The capacity and lifetime of the cache, or <see langword="null"/> for the defaults.</param>
    /// <param name="comparer">The comparer for keys, or <see langword="null"/> for the type's default comparer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1, or the lifetime is not greater than zero.</exception>
    public CachingBlock(
        IBlock<TIn, TOut> block, Func<TIn, TKey> key, CachingBlockOptions? options = null, IEqualityComparer<TKey>? comparer = null)
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

    /// <summary>Gets the number of cached results, including expired results that have not been requested since they expired.</summary>
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

    /// <summary>Removes all results. Runs in progress are still shared, and their results are cached.</summary>
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

            // Not Task.WaitAsync: its continuations leave virtual time. No ConfigureAwait: the turn must resume on its chain's scheduler.
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

    /// <summary>Gets the device that the inner block needs, if it says so.</summary>
    /// <value><see langword="null"/> if it does not implement <see cref="INeedsDevice"/>.</value>
    public ComputeDevice? Device => (_block as INeedsDevice)?.Device;

    /// <summary>Warms up the inner block if it implements <see cref="IWarmUp"/>.</summary>
    /// <param name="context">The context, with the device that the block will use.</param>
    /// <param name="cancellationToken">The token that cancels the warm-up.</param>
    /// <returns>A task that represents the warm-up.</returns>
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
                // Key comparison is the host's code: if it throws, the turns that wait for this run must still be released.
                flight.Waiting.ForEach(waiting => waiting.TrySetResult(isKept ? shared : default));
            }
        }
    }

    bool HasExpired(Kept kept, TimeProvider time) => _lifetime is { } lifetime && time.GetElapsedTime(kept.At) >= lifetime;

    readonly record struct Kept(TOut Value, long At);

    readonly record struct Shared(bool Succeeded, TOut Value);

    /// <summary>A run in progress and the turns that wait for it. Guarded by the lock until it is done; then no turn is added.</summary>
    sealed class Flight
    {
        public List<TaskCompletionSource<Shared>> Waiting { get; } = [];

        public bool IsDone { get; set; }
    }
}
