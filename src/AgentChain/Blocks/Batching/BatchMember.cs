namespace AgentChain.Blocks.Batching;

/// <summary>One item, which waits for a batch and then for its output.</summary>
sealed class BatchMember<TIn, TOut> : TaskCompletionSource<TOut>
{
    readonly BatchQueue<TIn, TOut> _queue;

    public BatchMember(TIn input, BlockContext context, BatchQueue<TIn, TOut> queue)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (Input, Context, _queue) = (input, context, queue);
        Work = context.Begin("batch");
        Work.Await();
        ArrivedAt = Math.Max(1, context.Time.GetTimestamp());
        TimeSpan remaining = context.Slack;
        double due = ArrivedAt + (remaining.TotalSeconds * context.Time.TimestampFrequency);
        Due = remaining == Timeout.InfiniteTimeSpan || due >= long.MaxValue ? long.MaxValue : (long)due;
    }

    public TIn Input { get; }

    public BlockContext Context { get; }

    /// <summary>The time until the output, in the turn's report.</summary>
    public InnerWork Work { get; }

    /// <summary>The time of its arrival.</summary>
    public long ArrivedAt { get; }

    /// <summary>The time at which it is due; <see cref="long.MaxValue"/> if it has no deadline.</summary>
    public long Due { get; }

    /// <summary>Its place in the order of arrival.</summary>
    public long Number { get; set; }

    /// <summary>The batch that runs it; null while it waits. Guarded by the queue's lock.</summary>
    public BatchRun<TIn, TOut>? Run { get; set; }

    /// <summary>Leaves the queue or the batch, because its run was canceled. The batch goes on for the others.</summary>
    public void Leave(CancellationToken token)
    {
        _queue.Leave(this);
        TrySetCanceled(token);
    }
}
