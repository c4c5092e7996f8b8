using System.Runtime.CompilerServices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// Moves a block's items to a writer, one after the other:
/// <code>
///   Moving ── an item ──> Writing ── there is room ──> Moving ── no more, or an error ──> Disposing ──> Stopped
/// </code>
/// Written by hand, not as an async method: an item that is already available costs nothing, and whatever the block's awaitables do
/// (complete twice, complete in place a million times, refuse a continuation) affects only this run.
/// </summary>
abstract class ItemPump<T>(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : StreamingRun(turn, node, cause, startedAt)
{
    const int NotAwaiting = 0;
    const int Registering = 1;
    const int Awaiting = 2;

    enum Step
    {
        Moving,
        Writing,
        Disposing,
        Stopped,
    }

    IAsyncEnumerator<T>? _items;
    ValueTaskAwaiter<bool> _moving;
    ValueTaskAwaiter _pausing;
    ExecutionContext? _context;
    Action? _resume;
    Exception? _failure;
    Step _step;
    int _awaiting;

    /// <summary>Starts to move items, and continues by itself until <see cref="Stopped"/>.</summary>
    /// <param name="state">The state to pass to <paramref name="open"/>.</param>
    /// <param name="open">Gets the items from the block. An exception is the run's failure.</param>
    protected void Pump<TState>(TState state, Func<TState, IAsyncEnumerator<T>> open)
    {
        ExecutionContext? outside = ExecutionContext.Capture();
        bool goesOn;
        try
        {
            (_items, _step) = (open(state), Step.Moving);
            _context = ExecutionContext.Capture();
            goesOn = Move();
        }
        catch (Exception error)
        {
            goesOn = Failed(error);
        }

        if (goesOn)
        {
            GoOn();
        }

        if (outside is not null && !ReferenceEquals(outside, ExecutionContext.Capture()))
        {
            // Ambient state that the block's synchronous part or its span has set must not leak to the caller.
            ExecutionContext.Restore(outside);
        }
    }

    /// <summary>Whether another item can be handed on; checked for each item.</summary>
    protected abstract bool MayHandOn();

    /// <summary>Hands an item on; completes when there is room for the next.</summary>
    protected abstract ValueTask HandOn(T item);

    /// <summary>Called last, when all items were moved or something failed. Another run can begin within the call.</summary>
    protected abstract void Stopped(Exception? failure);

    /// <summary>Continues as far as possible without waiting.</summary>
    void GoOn()
    {
        bool goesOn = true;
        while (goesOn)
        {
            try
            {
                goesOn = _step switch
                {
                    Step.Moving => Moved(),
                    Step.Writing => Written(),
                    _ => Disposed(),
                };
            }
            catch (Exception error)
            {
                goesOn = Failed(error);
            }
        }
    }

    /// <summary>Requests the next item.</summary>
    bool Move()
    {
        _step = Step.Moving;
        Wait(_items!.MoveNextAsync());
        return _moving.IsCompleted || Await(ref _moving);
    }

    /// <summary>Hands the next item on, or begins to dispose the enumerator if there is none.</summary>
    bool Moved()
    {
        if (!_moving.IsCompleted)
        {
            throw new InvalidOperationException("The awaitable of MoveNextAsync continued before it was completed.");
        }

        if (!_moving.GetResult() || !MayHandOn())
        {
            return Dispose();
        }

        ValueTask written = HandOn(_items!.Current);
        if (written.IsCompletedSuccessfully)
        {
            return Move();
        }

        BeginHandingOn();
        _step = Step.Writing;
        Wait(written);
        return Await(ref _pausing);
    }

    bool Written()
    {
        if (!_pausing.IsCompleted)
        {
            throw new InvalidOperationException("An awaitable of the block continued while an item was being handed on.");
        }

        _pausing.GetResult();
        EndHandingOn();
        return MayHandOn() ? Move() : Dispose();
    }

    bool Dispose()
    {
        _step = Step.Disposing;
        ValueTask disposing = _items!.DisposeAsync();
        if (disposing.IsCompletedSuccessfully)
        {
            return Stop();
        }

        Wait(disposing);
        return _pausing.IsCompleted || Await(ref _pausing);
    }

    bool Disposed()
    {
        if (!_pausing.IsCompleted)
        {
            throw new InvalidOperationException("The awaitable of DisposeAsync continued before it was completed.");
        }

        _pausing.GetResult();
        return Stop();
    }

    bool Failed(Exception error)
    {
        _failure ??= error;
        if (_items is null || _step == Step.Disposing)
        {
            return Stop();
        }

        try
        {
            return Dispose();
        }
        catch (Exception)
        {
            // The first failure counts.
            return Stop();
        }
    }

    bool Stop()
    {
        Exception? failure = _failure;
        _step = Step.Stopped;
        (_items, _moving, _pausing, _context, _failure) = (null, default, default, null, null);
        Stopped(failure);
        return false;
    }

    /// <summary>Whether the awaited operation has completed. Also true if its awaiter throws, which is the run's failure.</summary>
    bool HasCome()
    {
        try
        {
            return _step == Step.Moving ? _moving.IsCompleted : _pausing.IsCompleted;
        }
        catch (Exception)
        {
            return true;
        }
    }

    void Wait(ValueTask<bool> moving) => _moving = moving.GetAwaiter();

    void Wait(ValueTask pausing) => _pausing = pausing.GetAwaiter();

    /// <summary>Waits for an awaitable of the block; true if that has already continued.</summary>
    bool Await<TAwaiter>(ref TAwaiter awaiter)
        where TAwaiter : ICriticalNotifyCompletion
    {
        Volatile.Write(ref _awaiting, Registering);
        awaiter.UnsafeOnCompleted(_resume ??= Resume);

        // If it has already continued, on this thread or another, it left the rest to this thread.
        return Interlocked.CompareExchange(ref _awaiting, Awaiting, Registering) != Registering;
    }

    /// <summary>Continues, unless the call is a surplus one of an earlier awaitable: then the current one has not completed.</summary>
    void Resume()
    {
        if (!HasCome() || Interlocked.Exchange(ref _awaiting, NotAwaiting) != Awaiting)
        {
            return;
        }

        if (_context is { } context)
        {
            ExecutionContext.Run(context, static pump => ((ItemPump<T>)pump!).GoOn(), this);
        }
        else
        {
            GoOn();
        }
    }
}
