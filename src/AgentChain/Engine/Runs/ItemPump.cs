using System.Runtime.CompilerServices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// Moves a block's items into a sink, one after the other:
/// <code>
///   Moving ── an item ──> Writing ── there is room ──> Moving ── no more, or an error ──> Disposing ──> Stopped
/// </code>
/// Written by hand rather than as an async method: it costs nothing for an item that is there already, and nothing that the block's awaitables
/// do (complete twice, complete in place a million times, refuse a continuation) gets further than this run.
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

    /// <summary>Begins to move items; goes on by itself until <see cref="Stopped"/>.</summary>
    /// <param name="state">What it is given.</param>
    /// <param name="open">Asks the block for its items; what it throws is the run's failure.</param>
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
            // What the block's synchronous part, or its span, left behind is not for whoever started the run.
            ExecutionContext.Restore(outside);
        }
    }

    /// <summary>Whether a further item may go on; looked at for each.</summary>
    protected abstract bool MayHandOn();

    /// <summary>Hands an item on; completes when there is room for the next.</summary>
    protected abstract ValueTask HandOn(T item);

    /// <summary>All items have been moved, or something failed. The last call; another run may begin within it.</summary>
    protected abstract void Stopped(Exception? failure);

    /// <summary>Goes on as far as it can without waiting.</summary>
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

    /// <summary>Asks for the next item.</summary>
    bool Move()
    {
        _step = Step.Moving;
        Wait(_items!.MoveNextAsync());
        return _moving.IsCompleted || Await(ref _moving);
    }

    /// <summary>There is an item, or none is to come.</summary>
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
            throw new InvalidOperationException("An awaitable of the block's continued while an item was handed on.");
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

    /// <summary>Whether what is waited for has completed; also where it cannot be asked, which is the run's failure.</summary>
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

    /// <summary>Waits for something of the block's; true where it is there already.</summary>
    bool Await<TAwaiter>(ref TAwaiter awaiter)
        where TAwaiter : ICriticalNotifyCompletion
    {
        Volatile.Write(ref _awaiting, Registering);
        awaiter.UnsafeOnCompleted(_resume ??= Resume);

        // Where it has continued already, on this thread or another, it left the rest to this one.
        return Interlocked.CompareExchange(ref _awaiting, Awaiting, Registering) != Registering;
    }

    /// <summary>Goes on, unless the call is one too many of an awaitable before: then what is waited for now has not completed.</summary>
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
