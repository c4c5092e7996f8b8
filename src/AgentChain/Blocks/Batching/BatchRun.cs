using System.Diagnostics.CodeAnalysis;

namespace AgentChain.Blocks.Batching;

/// <summary>
/// One batch, from its start until each item has its output or its exception.
/// <code>
///   taken ──(1) the block runs ──(2) each item has its output
///              │      └─ it failed ──(3) each item alone, or an exception for each
///              └─ all items have left ──(4) its token ── after the grace it is left behind
/// </code>
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither a timer nor a wait handle.")]
sealed class BatchRun<TIn, TOut>(
    IBlock<IReadOnlyList<TIn>, IReadOnlyList<TOut>> block, BatchMember<TIn, TOut>[] members, bool retriesSingly, TimeSpan remaining)
{
    /// <summary>How long a batch that nothing waits for may keep its place, as runs of other blocks may.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    readonly CancellationTokenSource _source = new();
    readonly TaskCompletionSource _isOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly BlockContext _lead = members[0].Context;
    int _inside = members.Length;
    volatile bool _hasEnded;

    /// <summary>The time that a batch of several items, or a single one, took; null if it failed, was canceled or was a warm-up.</summary>
    public TimeSpan? Took { get; private set; }

    public int Count => members.Length;

    /// <summary>(4) Counts an item that left.</summary>
    public void Left(BlockContext context)
    {
        if (Interlocked.Decrement(ref _inside) == 0)
        {
            _isOver.TrySetResult();
            context.Cancel(_source);
        }
    }

    /// <summary>Runs the batch. Never throws. Completes when the next batch may begin.</summary>
    public async Task RunAsync()
    {
        Task all = RunAllAsync();

        // Not Task.WhenAny: it would complete on the thread that cancels, or leave virtual time.
        await _isOver.Task;
        if (!_hasEnded)
        {
            await Task.WhenAny(all, Task.Delay(Grace, _lead.Time, CancellationToken.None));
            if (!_hasEnded)
            {
                _lead.Lease?.Lane.MarkStuck();
            }
        }
    }

    async Task RunAllAsync()
    {
        try
        {
            await DeliverAsync();
        }
        finally
        {
            _hasEnded = true;
            _isOver.TrySetResult();
        }
    }

    async Task DeliverAsync()
    {
        foreach (BatchMember<TIn, TOut> member in members)
        {
            member.Work.Run();
        }

        (TOut[]? outputs, Exception? failure) = await CallAsync([.. members.Select(static member => member.Input)]);
        for (int i = 0; i < members.Length; i++)
        {
            BatchMember<TIn, TOut> member = members[i];
            if (outputs is not null)
            {
                member.TrySetResult(outputs[i]); // (2)
            }
            else if (members.Length == 1 || !retriesSingly)
            {
                member.TrySetException(members.Length == 1 ? failure! : Own(failure!));
            }
            else if (!member.Task.IsCompleted)
            {
                (TOut[]? output, Exception? own) = await CallAsync([member.Input]); // (3)
                _ = output is null ? member.TrySetException(own!) : member.TrySetResult(output[0]);
            }
        }
    }

    /// <summary>(1) Runs the block, and checks what it returns.</summary>
    async Task<(TOut[]? Outputs, Exception? Failure)> CallAsync(TIn[] inputs)
    {
        try
        {
            var context = new BlockContext(new BatchScope(_lead, remaining, _source.Token));
            long started = _lead.Time.GetTimestamp();
            IReadOnlyList<TOut>? returned = await block.InvokeAsync(inputs, context, _source.Token);
            TimeSpan took = _lead.Time.GetElapsedTime(started);
            TOut[] outputs = returned is null ? throw Bad("null", inputs.Length) : [.. returned];
            if (outputs.Length != inputs.Length)
            {
                throw Bad(OptionCheck.Count(outputs.Length, "output"), inputs.Length);
            }

            Took = inputs.Length == members.Length && !_lead.IsWarmUp && !_source.IsCancellationRequested ? took : Took;
            return (outputs, null);
        }
        catch (Exception error)
        {
            return (null, error);
        }
    }

    BatchException Bad(string returned, int inputs) => new(
        $"Block '{_lead.BlockName}' returned {returned} for a batch of {OptionCheck.Count(inputs, "input")}; it must return one output for each input, in their order.");

    /// <summary>Makes an exception of an item's own; the runtime writes to an exception when it is thrown, so items cannot share one.</summary>
    Exception Own(Exception failure) => failure switch
    {
        BlockOverrunException overrun => new BlockOverrunException(MessageOf(overrun), overrun),
        BatchException bad => new BatchException(bad.Message),
        _ => new BatchException(
            $"The batch of {members.Length} items of block '{_lead.BlockName}' failed with {failure.GetType().Name}; see the inner exception. If one item can make the others fail, set BatchOptions.RetriesSingly.",
            failure),
    };

    /// <summary>The message of an exception whose type can be the host's: if it throws, the items would never end.</summary>
    static string MessageOf(BlockOverrunException overrun)
    {
        try
        {
            return overrun.Message;
        }
        catch (Exception)
        {
            return $"The block gave up with {overrun.GetType().Name}; see the inner exception.";
        }
    }
}
