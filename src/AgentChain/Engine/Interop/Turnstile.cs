using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>Lets in one turn at a time, in order of arrival. The upstream queue bounds the number of waiting turns.</summary>
sealed class Turnstile
{
    readonly Lock _lock = new();
    readonly LinkedList<Waiter> _waiting = new();
    ForeignFailure? _closed;
    bool _isClosedForGood;
    bool _isTaken;

    /// <summary>Waits to be let in, until the turn ends or the turnstile closes.</summary>
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

    /// <summary>Lets the turn inside leave and the next one enter. Reopens a turnstile that was closed temporarily.</summary>
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

    /// <summary>Fails all waiting and arriving turns, permanently or until the turn inside leaves.</summary>
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

    /// <summary>A waiting turn. Its continuations never run on the thread that lets it in.</summary>
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
