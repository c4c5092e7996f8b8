using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Queues;
using AgentChain.Engine.Turns;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Links;

/// <summary>
/// A bounded queue with its workers, built on one TPL Dataflow block. Dataflow never sees an exception or a cancellation token from us.
/// Work for an ended turn is removed immediately, or dropped by the worker that just dequeued it. A worker starts the block's run and
/// returns; the run keeps its place until it ends, which limits the number of concurrent runs.
/// </summary>
/// <remarks>
/// The bound is kept here, upstream of the Dataflow block, because Dataflow's own bound answers waiting senders from the default scheduler,
/// whichever scheduler the block was given, and so outside of virtual time. Values that wait while all workers are busy are kept here too,
/// because nothing can be removed from a Dataflow block; it receives only values that have a worker.
/// </remarks>
sealed partial class BlockQueue<T> : Target<T>
{
    const string Disposed = "The chain is disposed.";

    readonly Lock _lock = new();
    readonly LinkedList<RoomWaiter<T>> _waitingForRoom = new();

    readonly ActionBlock<Envelope<T>> _workers;
    readonly QueueSlots _places;
    readonly PendingQueue<Envelope<T>> _waitingForWorker;
    readonly BlockNode _node;
    readonly ChainRuntime _runtime;
    readonly Target<T> _inner;
    readonly bool _leavesByItself;
    readonly GuardedScheduler? _guard;

    /// <summary>The number of workers, and of waiting values above which the queue is overloaded.</summary>
    readonly int _workerCount;
    readonly int _backlog = int.MaxValue;

    /// <summary>The block, if its fallback can run in its place; null otherwise, or if turns are not predicted.</summary>
    readonly IDegrades<T>? _degrading;

    /// <summary>The number of values that wait to enter.</summary>
    int _waiters;

    ExecutionContext? _clean;

    public BlockQueue(ChainRuntime runtime, BlockNode node, Target<T> inner)
    {
        (_node, _inner, _runtime) = (node, inner, runtime);
        int capacity = node.Settings.Capacity ?? Math.Max(BlockSettings.DefaultCapacity, runtime.Settings.MaxTurns);
        _places = new QueueSlots(node.Settings.Concurrency ?? capacity, capacity);
        _workerCount = node.Settings.Concurrency ?? capacity;
        if (node.Forecast is { Plan: { } plan } forecast)
        {
            _backlog = (int)Math.Min(int.MaxValue, (long)plan.OverloadBacklog * _workerCount);
            _degrading = inner as IDegrades<T>;
            forecast.Queue = this;
            _waitingForWorker = plan.OrderBySlack && node.Settings.Concurrency is not null
                ? new PendingQueue<Envelope<T>>(_places, new SlackQueue<Envelope<T>>(SlackOf, plan.RejectBelow >= 0.5 ? () => runtime.Now : null), _backlog)
                : new PendingQueue<Envelope<T>>(_places);
        }
        else
        {
            _waitingForWorker = new PendingQueue<Envelope<T>>(_places);
        }

        _guard = runtime.Scheduler as GuardedScheduler;
        _workers = new ActionBlock<Envelope<T>>((Action<Envelope<T>>)Work, new ExecutionDataflowBlockOptions
        {
            // Places limit the workers. A limit here too would let a detached run that blocks its thread keep the only worker.
            MaxDegreeOfParallelism = DataflowBlockOptions.Unbounded,
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

    /// <summary>The execution context of a worker, which carries no ambient state; null until a worker has run.</summary>
    public ExecutionContext? CleanContext => Volatile.Read(ref _clean);

    public override ValueTask SendAsync(in Envelope<T> envelope)
    {
        if (_node.Forecast is { } forecast)
        {
            envelope.Turn.Forecast?.Reach(forecast);
        }

        if (_degrading is not null && _places.Counts.Waiting > 0 && _degrading.TryDegrade(envelope, out ValueTask sent))
        {
            return sent;
        }

        if (Volatile.Read(ref _waiters) == 0 && _places.TryEnter() is var entrance and not Entrance.Full)
        {
            Enter(envelope, entrance);
            return default;
        }

        return envelope.IsOver ? default : WhenFull(envelope);
    }

    ValueTask WhenFull(in Envelope<T> envelope)
    {
        if (_node.Settings.WhenFull == QueueFullMode.Reject)
        {
            Refuse(envelope, $"The queue of block '{_node.Name}' is full and rejects values; raise its Capacity or let it wait.");
            return default;
        }

        var waiter = new RoomWaiter<T>(GiveUp, envelope);
        Entrance entrance;
        lock (_lock)
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
            // The turn may have ended after our last check and already purged this queue.
            RemoveOver();
        }
    }

    bool Post(in Envelope<T> envelope)
    {
        // Discards a refusal that an earlier value left on this thread.
        _guard?.TakeRefusal();
        ExecutionContext? here = ExecutionContext.Capture();
        bool posted;
        if (here is null || ReferenceEquals(here, _clean))
        {
            posted = _workers.Post(envelope);
        }
        else
        {
            // Otherwise, the worker would run with the ambient state of the turn that happened to wake it.
            using (ExecutionContext.SuppressFlow())
            {
                posted = _workers.Post(envelope);
            }
        }

        if (_guard?.TakeRefusal() is { } refusal)
        {
            envelope.Fail(_node, _node.Broke("could not be run: the chain's TaskScheduler refused the task; see the inner exception.", refusal));
        }

        return posted;
    }

    /// <summary>Removes the values of ended turns that wait for a worker, and releases their places.</summary>
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
        if (envelope.Cause?.TryFault(rejection) != true)
        {
            envelope.Turn.TryEnd(TurnOutcome.Rejected, rejection);
        }
    }

    /// <summary>
    /// The body of a worker: runs the block for a value, and then for waiting values while the block returns synchronously.
    /// </summary>
    /// <remarks>Must not throw, whatever the block does; otherwise, the Dataflow block faults and every later turn is lost.</remarks>
    void Work(Envelope<T> envelope)
    {
        Envelope<T> next = envelope;
        while (WorkOn(next) && TryLeave(out next))
        {
        }
    }

    /// <summary>Runs the block for one value and returns whether the worker must release the place.</summary>
    bool WorkOn(in Envelope<T> envelope)
    {
        if (envelope.IsOver)
        {
            return true;
        }

        CountWait(envelope);
        ExecutionContext? clean = ExecutionContext.Capture();
        _clean ??= clean;
        ValueTask accepted = default;
        try
        {
            accepted = _inner.SendAsync(envelope.Dequeued(envelope.Turn.Runtime.Now));
        }
        catch (Exception error)
        {
            envelope.Fail(_node, error);
        }

        if (clean is not null && !ReferenceEquals(clean, ExecutionContext.Capture()))
        {
            // A synchronous block changed the ambient state, and the worker's next value can belong to another turn.
            ExecutionContext.Restore(clean);
        }

        if (!_leavesByItself && !accepted.IsCompletedSuccessfully)
        {
            _ = LeaveAfterAsync(envelope, accepted);
            return false;
        }

        return !_leavesByItself;
    }

    async Task LeaveAfterAsync(Envelope<T> envelope, ValueTask accepted)
    {
        try
        {
            await accepted;
        }
        catch (Exception error)
        {
            envelope.Fail(_node, error);
        }

        Leave();
    }

    /// <summary>Releases a place, and runs the next value that waits for a worker.</summary>
    void Leave()
    {
        while (TryLeave(out Envelope<T> next) && !Post(next))
        {
            Refuse(next, Disposed);
        }
    }

    /// <summary>
    /// Releases a place: its worker goes to the next value that waits for one, and its room to the value that has waited longest to
    /// enter.
    /// </summary>
    /// <param name="next">The value that now has the worker; the caller runs it.</param>
    bool TryLeave(out Envelope<T> next)
    {
        bool isTaken = false;
        next = default;
        while (!isTaken && _places.Leave())
        {
            Waiting found = _waitingForWorker.Take(out next);
            if (found == Waiting.OnItsWay)
            {
                break;
            }

            isTaken = found == Waiting.Taken && !next.IsOver;
        }

        LetIn();
        return isTaken;
    }

    void LetIn()
    {
        while (Volatile.Read(ref _waiters) != 0)
        {
            RoomWaiter<T>? next = null;
            var entrance = Entrance.Full;
            lock (_lock)
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

    void GiveUp(RoomWaiter<T> waiter)
    {
        lock (_lock)
        {
            Remove(waiter);
        }
    }

    bool Remove(RoomWaiter<T> waiter)
    {
        if (waiter.Place is not { List: not null } place)
        {
            return false;
        }

        _waitingForRoom.Remove(place);
        Interlocked.Decrement(ref _waiters);
        return true;
    }
}
