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
/// scheduler, whichever the block was given, and so outside of virtual time. What waits while all workers are busy is kept here
/// too, since nothing can be taken out of a Dataflow block again: that one is only given what it has a worker for.
/// </remarks>
sealed class QueueNode<T> : Receiver<T>
{
    const string Disposed = "The chain is disposed.";

    readonly Lock _gate = new();
    readonly LinkedList<Waiter> _waitingForRoom = new();

    readonly ActionBlock<Envelope<T>> _workers;
    readonly Places _places;
    readonly WaitingQueue<Envelope<T>> _waitingForWorker;
    readonly FlowNode _node;
    readonly Receiver<T> _inner;
    readonly bool _leavesByItself;

    /// <summary>How many values wait to be let in.</summary>
    int _waiters;

    ExecutionContext? _clean;

    public QueueNode(ChainRuntime runtime, FlowNode node, Receiver<T> inner)
    {
        (_node, _inner) = (node, inner);
        int capacity = node.Settings.Capacity ?? Math.Max(BlockSettings.DefaultCapacity, runtime.Settings.MaxTurns);
        _places = new Places(node.Settings.Concurrency ?? capacity, capacity);
        _waitingForWorker = new WaitingQueue<Envelope<T>>(_places);
        _workers = new ActionBlock<Envelope<T>>(Work, new ExecutionDataflowBlockOptions
        {
            MaxDegreeOfParallelism = node.Settings.Concurrency ?? DataflowBlockOptions.Unbounded,
            TaskScheduler = runtime.Scheduler,
            EnsureOrdered = false,
        });
        runtime.OnDispose(_workers.Complete);
        if (node.Settings.Concurrency is not null)
        {
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
        if (Volatile.Read(ref _waiters) == 0 && _places.TryEnter() is var entrance and not Entrance.Full)
        {
            Enter(envelope, entrance);
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
        Entrance entrance;
        lock (_gate)
        {
            Interlocked.Increment(ref _waiters);
            entrance = _waitingForRoom.Count == 0 ? _places.TryEnter() : Entrance.Full;
            if (entrance == Entrance.Full)
            {
                waiter.Place = _waitingForRoom.AddLast(waiter);
            }
            else
            {
                Interlocked.Decrement(ref _waiters);
            }
        }

        if (entrance != Entrance.Full)
        {
            Enter(envelope, entrance);
            return default;
        }

        waiter.WatchToken();
        return new ValueTask(waiter.Task);
    }

    void Enter(in Envelope<T> envelope, Entrance entrance)
    {
        if (entrance == Entrance.Worker || !_waitingForWorker.TryAdd(envelope))
        {
            if (!Post(envelope))
            {
                Refuse(envelope, Disposed);
                Leave();
            }
        }
        else if (envelope.IsOver)
        {
            // The turn ended after it was looked at last, and may have gone through the queues before this came.
            RemoveOver();
        }
    }

    bool Post(in Envelope<T> envelope)
    {
        ExecutionContext? here = ExecutionContext.Capture();
        if (here is null || ReferenceEquals(here, _clean))
        {
            return _workers.Post(envelope);
        }

        // Otherwise the worker would run under the ambient state of whichever turn happened to wake it.
        using (ExecutionContext.SuppressFlow())
        {
            return _workers.Post(envelope);
        }
    }

    /// <summary>Removes what waits for a worker in vain and gives its places back.</summary>
    void RemoveOver()
    {
        if (_waitingForWorker.RemoveOver() > 0)
        {
            LetIn();
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

    /// <summary>Gives a place back: the worker to the oldest that waits for one, the room to whoever has waited for that the longest.</summary>
    void Leave()
    {
        while (_places.Leave())
        {
            Waiting next = _waitingForWorker.Take(out Envelope<T> envelope);
            if (next == Waiting.OnItsWay || (next == Waiting.Taken && !envelope.IsOver && Post(envelope)))
            {
                break;
            }

            if (next == Waiting.Taken)
            {
                Refuse(envelope, Disposed);
            }
        }

        LetIn();
    }

    void LetIn()
    {
        while (Volatile.Read(ref _waiters) != 0)
        {
            Waiter? next = null;
            var entrance = Entrance.Full;
            lock (_gate)
            {
                if (_waitingForRoom.First is { } first
                    && (first.Value.Envelope.IsOver || (entrance = _places.TryEnter()) != Entrance.Full))
                {
                    next = first.Value;
                    Remove(next);
                }
            }

            if (next is null)
            {
                return;
            }

            if (entrance != Entrance.Full)
            {
                Enter(next.Envelope, entrance);
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

        _waitingForRoom.Remove(place);
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
