using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>Lets one turn in at a time, in the order in which they came. How many may wait is bounded by the queue upstream.</summary>
sealed class Turnstile
{
    readonly Lock _lock = new();
    readonly LinkedList<Waiter> _waiting = new();
    ForeignFailure? _closed;
    bool _isClosedForGood;
    bool _isTaken;

    /// <summary>Waits to be let in, until the turn is over or the turnstile closes.</summary>
    public ValueTask<Entry> EnterAsync(TurnCore turn, TraceStep? cause)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (_closed is { } failure)
            {
                return new(new Entry(false, failure));
            }

            if (!_isTaken)
            {
                _isTaken = true;
                return new(new Entry(true, null));
            }

            waiter = new Waiter(this);
            waiter.Place = _waiting.AddLast(waiter);
        }

        return new(waiter.WaitAsync(cause?.Token ?? turn.Token));
    }

    /// <summary>The turn inside leaves, and the next one enters. Opens a turnstile that was closed for a while.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (!_isClosedForGood)
            {
                _closed = null;
            }

            while (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                if (first.Value.TrySetResult(new Entry(true, null)))
                {
                    return;
                }
            }

            _isTaken = false;
        }
    }

    /// <summary>Fails all who wait and all who come, for good or until the turn inside leaves.</summary>
    public void Close(ForeignFailure failure, bool forGood)
    {
        lock (_lock)
        {
            if (_isClosedForGood)
            {
                return;
            }

            (_closed, _isClosedForGood) = (failure, forGood);
            foreach (Waiter waiter in _waiting)
            {
                waiter.TrySetResult(new Entry(false, failure));
            }

            _waiting.Clear();
        }
    }

    /// <summary>A turn that waits. Its continuations never run where it is let in.</summary>
    sealed class Waiter(Turnstile owner) : TaskCompletionSource<Entry>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public LinkedListNode<Waiter>? Place { get; set; }

        public async Task<Entry> WaitAsync(CancellationToken token)
        {
            using (token.UnsafeRegister(static waiter => ((Waiter)waiter!).GiveUp(), this))
            {
                return await Task;
            }
        }

        void GiveUp()
        {
            if (!TrySetResult(default))
            {
                return;
            }

            lock (owner._lock)
            {
                if (Place is { List: not null } place)
                {
                    owner._waiting.Remove(place);
                }
            }
        }
    }
}
