using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A block that gives its place in the queue back itself, once for each value it is given; that saves a task per value.</summary>
interface IKeepsPlace
{
    /// <summary>Gives a place back; null where places are not kept.</summary>
    Action? LeavePlace { get; set; }
}

/// <summary>
/// A bounded queue with its workers: one TPL Dataflow block. No exception ever reaches the Dataflow block, its token
/// is never used, and what belongs to a turn that is over is removed at once, or dropped by a worker that just took it.
/// </summary>
/// <remarks>
/// The bound is kept here, in front of the Dataflow block: its own answers those who wait for room from the default
/// scheduler, whichever the block was given, and so outside of virtual time. Where workers are few, what waits for them is kept here
/// too, since nothing can be taken out of a Dataflow block again; it then only holds a ticket for each.
/// </remarks>
sealed class QueueNode<T> : Receiver<T>
{
    const string Disposed = "The chain is disposed.";

    readonly Lock _gate = new();
    readonly LinkedList<Waiter> _waiting = new();

    /// <summary>The workers: any number of them, each given an envelope, or a few, given tickets for what waits.</summary>
    readonly ActionBlock<Envelope<T>>? _block;
    readonly ActionBlock<byte>? _tickets;
    readonly WaitingEnvelopes<T>? _envelopes;
    readonly FlowNode _node;
    readonly Receiver<T> _inner;
    readonly int _capacity;
    readonly bool _leavesByItself;

    /// <summary>How many values are inside, those in work included, and how many wait to be let in.</summary>
    int _inside;
    int _waiters;

    ExecutionContext? _clean;

    public QueueNode(ChainRuntime runtime, FlowNode node, Receiver<T> inner)
    {
        (_node, _inner) = (node, inner);
        _capacity = node.Settings.Capacity ?? Math.Max(BlockSettings.DefaultCapacity, runtime.Settings.MaxTurns);
        var options = new ExecutionDataflowBlockOptions
        {
            MaxDegreeOfParallelism = node.Settings.Concurrency ?? DataflowBlockOptions.Unbounded,
            TaskScheduler = runtime.Scheduler,
            EnsureOrdered = false,
        };
        if (node.Settings.Concurrency is null)
        {
            _block = new ActionBlock<Envelope<T>>(Work, options);
            runtime.OnDispose(_block.Complete);
        }
        else
        {
            _envelopes = new WaitingEnvelopes<T>();
            _tickets = new ActionBlock<byte>(WorkNext, options);
            runtime.OnDispose(_tickets.Complete);
            runtime.OnEarlyEnd(RemoveOver);
        }

        if (inner is IKeepsPlace keeper && node.Settings.HoldsPlace)
        {
            keeper.LeavePlace = Leave;
            _leavesByItself = true;
        }
    }

    /// <summary>The context of a worker, which carries no ambient state; null until one has worked.</summary>
    public ExecutionContext? CleanContext => Volatile.Read(ref _clean);

    public override ValueTask AcceptAsync(in Envelope<T> envelope)
    {
        if (Volatile.Read(ref _waiters) == 0 && TryTakePlace())
        {
            Enter(envelope);
            return default;
        }

        return envelope.IsOver ? default : WhenFull(envelope);
    }

    ValueTask WhenFull(in Envelope<T> envelope)
    {
        if (_node.Settings.WhenFull == QueueRule.Reject)
        {
            Refuse(envelope, $"The queue of block '{_node.Name}' is full and rejects; raise its Capacity or let it wait.");
            return default;
        }

        var waiter = new Waiter(this, envelope);
        bool free;
        lock (_gate)
        {
            Interlocked.Increment(ref _waiters);
            free = _waiting.Count == 0 && TryTakePlace();
            if (free)
            {
                Interlocked.Decrement(ref _waiters);
            }
            else
            {
                waiter.Place = _waiting.AddLast(waiter);
            }
        }

        if (free)
        {
            Enter(envelope);
            return default;
        }

        waiter.WatchToken();
        return new ValueTask(waiter.Task);
    }

    bool TryTakePlace()
    {
        int inside = Volatile.Read(ref _inside);
        while (inside < _capacity)
        {
            int seen = Interlocked.CompareExchange(ref _inside, inside + 1, inside);
            if (seen == inside)
            {
                return true;
            }

            inside = seen;
        }

        return false;
    }

    void Enter(in Envelope<T> envelope)
    {
        if (!Post(envelope))
        {
            Leave();
            Refuse(envelope, Disposed);
        }
    }

    bool Post(in Envelope<T> envelope)
    {
        ExecutionContext? here = ExecutionContext.Capture();
        if (here is null || ReferenceEquals(here, _clean))
        {
            return PostHere(envelope);
        }

        // Otherwise the worker would run under the ambient state of whichever turn happened to wake it.
        using (ExecutionContext.SuppressFlow())
        {
            return PostHere(envelope);
        }
    }

    bool PostHere(in Envelope<T> envelope)
    {
        if (_block is not null)
        {
            return _block.Post(envelope);
        }

        if (!_envelopes!.TryAdd(envelope, out bool needsTicket))
        {
            return false;
        }

        if (needsTicket && !_tickets!.Post(0))
        {
            _envelopes.Close();
            Refuse(envelope, Disposed);
        }

        if (envelope.IsOver)
        {
            // The turn ended after it was looked at last, and may have gone through the queues before this came.
            RemoveOver();
        }

        return true;
    }

    /// <summary>Removes what waits for a worker in vain and gives its places back.</summary>
    void RemoveOver()
    {
        for (int removed = _envelopes!.RemoveOver(); removed > 0; removed--)
        {
            Leave();
        }
    }

    void Refuse(in Envelope<T> envelope, string reason)
    {
        if (envelope.IsOver)
        {
            return;
        }

        var rejection = new TurnRejectedException(_node.Name, reason);
        if (envelope.Cause?.Scope is { IsUncommitted: true } scope)
        {
            scope.Faulted(rejection);
        }
        else
        {
            envelope.Turn.TryEnd(TurnOutcome.Rejected, rejection);
        }
    }

    Task WorkNext(byte ticket) => _envelopes!.TryTake(out Envelope<T> envelope) ? Work(envelope) : Task.CompletedTask;

    Task Work(Envelope<T> envelope)
    {
        if (envelope.IsOver)
        {
            Leave();
            return Task.CompletedTask;
        }

        ExecutionContext? clean = ExecutionContext.Capture();
        _clean ??= clean;
        ValueTask accepted = _inner.AcceptAsync(envelope.Dequeued(envelope.Turn.Runtime.Now));
        if (clean is not null && !ReferenceEquals(clean, ExecutionContext.Capture()))
        {
            // A synchronous block set ambient state; the worker's next value may be another turn's.
            ExecutionContext.Restore(clean);
        }

        if (!accepted.IsCompletedSuccessfully)
        {
            return _leavesByItself ? accepted.AsTask() : LeaveAfterAsync(accepted);
        }

        if (!_leavesByItself)
        {
            Leave();
        }

        return Task.CompletedTask;
    }

    async Task LeaveAfterAsync(ValueTask accepted)
    {
        await accepted;
        Leave();
    }

    /// <summary>Gives a place back, and to whoever has waited for one the longest.</summary>
    void Leave()
    {
        Interlocked.Decrement(ref _inside);
        while (Volatile.Read(ref _waiters) != 0)
        {
            Waiter? next = null;
            bool isOver = false;
            lock (_gate)
            {
                if (_waiting.First is { } first && ((isOver = first.Value.Envelope.IsOver) || TryTakePlace()))
                {
                    next = first.Value;
                    Remove(next);
                }
            }

            if (next is null)
            {
                return;
            }

            if (!isOver)
            {
                Enter(next.Envelope);
            }

            next.TrySetResult();
        }
    }

    bool Remove(Waiter waiter)
    {
        if (waiter.Place is not { List: not null } place)
        {
            return false;
        }

        _waiting.Remove(place);
        Interlocked.Decrement(ref _waiters);
        return true;
    }

    /// <summary>A value that waits for room, until there is some or nobody wants it any more.</summary>
    sealed class Waiter(QueueNode<T> owner, in Envelope<T> envelope) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        CancellationTokenRegistration _registration;

        public Envelope<T> Envelope { get; } = envelope;

        public LinkedListNode<Waiter>? Place { get; set; }

        public void WatchToken()
        {
            CancellationToken token = Envelope.Cause?.Token ?? Envelope.Turn.Token;
            _registration = token.UnsafeRegister(static waiter => ((Waiter)waiter!).GiveUp(), this);
            if (Task.IsCompleted)
            {
                _registration.Unregister();
            }
        }

        public new void TrySetResult()
        {
            _registration.Unregister();
            base.TrySetResult();
        }

        void GiveUp()
        {
            lock (owner._gate)
            {
                owner.Remove(this);
            }

            base.TrySetResult();
        }
    }
}
