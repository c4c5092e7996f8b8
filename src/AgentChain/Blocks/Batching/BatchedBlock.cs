using System.Collections.Concurrent;
using AgentChain.Devices;

namespace AgentChain.Blocks.Batching;

/// <summary>
/// Gathers the items of several turns for a block that works on lists, such as a model that takes many inputs at once for little more than
/// the time of one. Thread-safe.
/// </summary>
/// <typeparam name="TIn">The type of an item.</typeparam>
/// <typeparam name="TOut">The type of the output of an item.</typeparam>
/// <remarks>
/// <para>
/// While a batch runs, items gather for the next. While none runs, an item waits for others only if one is expected, judging by recent
/// arrivals, and at most <see cref="BatchOptions.MaxWait"/> and as long as the tightest deadline among the items allows: until that
/// deadline, minus the predicted time of a batch with one more. The deadline of an item is its block's own budget, or the turn's, whichever
/// is earlier; with <see cref="ChainOptions.Overload"/>, the turn's minus the predicted time of what follows the block. A batch takes the items with the earliest deadlines first, and no more than lets the first of them meet its own.
/// </para>
/// <para>
/// The inner block must be pure or idempotent and must not use what a turn carries. Its context is that of the batch; what it tells of
/// models (<see cref="BlockContext.Used"/>) counts for the turn of one item. An item whose turn ends leaves; the batch goes on for the
/// others, and its token is canceled once all have left. If a batch ignores that, the next one begins 100 ms later. A batch that fails
/// fails each item with an exception of its own, or is repeated item by item (<see cref="BatchOptions.RetriesSingly"/>).
/// </para>
/// <para>
/// With <c>On</c>, each item holds a lease, and the items on one device form batches. The turn's report shows the wait for a batch and the
/// batch as <c>block/batch</c>.
/// </para>
/// </remarks>
public sealed class BatchedBlock<TIn, TOut> : IBlock<TIn, TOut>, IWarmUp, INeedsDevice
{
    readonly IBlock<IReadOnlyList<TIn>, IReadOnlyList<TOut>> _block;
    readonly BatchOptions _options;
    readonly ConcurrentDictionary<string, BatchQueue<TIn, TOut>> _queues = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The block: it returns one output for each input, in their order. Pure or idempotent.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The block has commit hooks, so it keeps state for each run.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public BatchedBlock(IBlock<IReadOnlyList<TIn>, IReadOnlyList<TOut>> block, BatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        _block = block is ICommitHooks
            ? throw new ArgumentException(
                $"{block.GetType().Name} has commit hooks: it keeps state for each run, and a batch is a run of several turns. Batch the calls inside the block.",
                nameof(block))
            : block;
        _options = (options ?? new BatchOptions()).Checked();
    }

    /// <summary>Gets the number of batches and of the items in them.</summary>
    public BatchCounts Counts => _queues.Values.Aggregate(new BatchCounts(), static (sum, queue) =>
        queue.Counts is var counts ? new BatchCounts(sum.Batches + counts.Batches, sum.Items + counts.Items) : sum);

    /// <summary>Gets the device that the inner block needs, if it says so.</summary>
    /// <value><see langword="null"/> if it does not implement <see cref="INeedsDevice"/>.</value>
    public ComputeDevice? Device => (_block as INeedsDevice)?.Device;

    /// <inheritdoc/>
    public async ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        cancellationToken.ThrowIfCancellationRequested();
        BatchQueue<TIn, TOut> queue = _queues.GetOrAdd(
            context.Lease?.Device.Name ?? "", static (_, self) => new BatchQueue<TIn, TOut>(self._block, self._options), this);
        var member = new BatchMember<TIn, TOut>(input, context, queue);
        try
        {
            queue.Add(member);
            using (cancellationToken.UnsafeRegister(static (member, token) => ((BatchMember<TIn, TOut>)member!).Leave(token), member))
            {
                return await member.Task;
            }
        }
        finally
        {
            member.Work.End(member.Task switch
            {
                { IsCompletedSuccessfully: true } => InnerStatus.Completed,
                { IsCanceled: true } => InnerStatus.Canceled,
                _ => InnerStatus.Failed,
            });
        }
    }

    /// <summary>Warms up the inner block if it implements <see cref="IWarmUp"/>.</summary>
    /// <param name="context">The context, with the device that the block will use.</param>
    /// <param name="cancellationToken">The token that cancels the warm-up.</param>
    /// <returns>A task that represents the warm-up.</returns>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        _block is IWarmUp warmUp ? warmUp.WarmUpAsync(context, cancellationToken) : default;
}
