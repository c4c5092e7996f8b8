using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>
/// A bounded queue with its workers: one TPL Dataflow block. No exception ever reaches the Dataflow block, its token
/// is never used, and what belongs to a turn that is over is dropped when its time comes.
/// </summary>
sealed class QueueNode<T> : Receiver<T>
{
    readonly ActionBlock<Envelope<T>> _block;
    readonly FlowNode _node;
    readonly Receiver<T> _inner;

    /// <summary>The context of a worker that carries no ambient state; from there nothing needs to be suppressed.</summary>
    ExecutionContext? _clean;

    public QueueNode(ChainRuntime runtime, FlowNode node, Receiver<T> inner)
    {
        (_node, _inner) = (node, inner);
        _block = new ActionBlock<Envelope<T>>(Work, new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = node.Settings.Capacity ?? Math.Max(BlockSettings.DefaultCapacity, runtime.Settings.MaxTurns),
            MaxDegreeOfParallelism = node.Settings.Concurrency ?? DataflowBlockOptions.Unbounded,
            TaskScheduler = runtime.Scheduler,
            EnsureOrdered = false,
        });
        runtime.OnDispose(_block.Complete);
    }

    public override ValueTask AcceptAsync(in Envelope<T> envelope)
    {
        ExecutionContext? here = ExecutionContext.Capture();
        if (here is null || ReferenceEquals(here, _clean))
        {
            return _block.Post(envelope) ? default : new ValueTask(FullAsync(envelope));
        }

        // Otherwise the worker would run under the ambient state of whichever turn happened to wake it.
        using (ExecutionContext.SuppressFlow())
        {
            return _block.Post(envelope) ? default : new ValueTask(FullAsync(envelope));
        }
    }

    async Task FullAsync(Envelope<T> envelope)
    {
        TurnState turn = envelope.Turn;
        if (envelope.IsOver)
        {
            return;
        }

        string? refusal = $"The queue of block '{_node.Name}' is full and rejects; raise its Capacity or let it wait.";
        if (_node.Settings.WhenFull == QueueRule.Wait)
        {
            try
            {
                refusal = await _block.SendAsync(envelope, envelope.Cause?.Token ?? turn.Token) ? null : "The chain is disposed.";
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (refusal is not null && !envelope.IsOver)
        {
            turn.TryEnd(TurnOutcome.Rejected, new TurnRejectedException(_node.Name, refusal));
        }
    }

    Task Work(Envelope<T> envelope)
    {
        TurnState turn = envelope.Turn;
        if (envelope.IsOver)
        {
            return Task.CompletedTask;
        }

        ExecutionContext? clean = ExecutionContext.Capture();
        _clean ??= clean;
        ValueTask accepted = _inner.AcceptAsync(envelope.Dequeued(turn.Runtime.Now));
        if (clean is not null && !ReferenceEquals(clean, ExecutionContext.Capture()))
        {
            // A synchronous block set ambient state; the worker's next value may be another turn's.
            ExecutionContext.Restore(clean);
        }

        return accepted.IsCompletedSuccessfully ? Task.CompletedTask : accepted.AsTask();
    }
}
