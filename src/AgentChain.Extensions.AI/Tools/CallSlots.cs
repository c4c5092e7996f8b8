namespace AgentChain.Extensions.AI;

/// <summary>
/// The places of a tool's calls: real calls first, then early ones; among each, first come, first served. Unlike a semaphore, it continues
/// no waiter on a thread of its own, so that it works in virtual time.
/// </summary>
/// <remarks>
/// <code>
///  a real call comes, no place is free
///   1. it waits before all early calls
///   2. the least likely early call that has a place is canceled ---- the model has just made it: the next one is
///   3. its tool ends, or its grace does: the place goes to the first real call
/// </code>
/// </remarks>
sealed class CallSlots(int free)
{
    readonly Lock _lock = new();
    readonly LinkedList<CallPlace> _waiting = new();
    readonly List<CallPlace> _lent = [];
    int _free = free;

    /// <summary>Takes a place.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; no place was taken.</exception>
    public async Task TakeAsync(CallPlace place, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool isReal;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                Enter(place);
                return;
            }

            isReal = !place.IsLent;
            Wait(place);
        }

        using CancellationTokenRegistration canceled = cancellationToken.UnsafeRegister(_ => Leave(place, cancellationToken), null);
        if (isReal)
        {
            TakeBack();
        }

        await place.Entered.Task;
    }

    /// <summary>Frees a place, or hands it to the next waiter.</summary>
    public void Release(CallPlace place)
    {
        CallPlace next;
        lock (_lock)
        {
            _lent.Remove(place);
            if (_waiting.First is not { } first)
            {
                _free++;
                return;
            }

            _waiting.RemoveFirst();
            next = first.Value;
            Enter(next);
        }

        next.Entered.TrySetResult();
    }

    /// <summary>An early call has become a real one.</summary>
    public void Kept(CallPlace place)
    {
        bool waits;
        lock (_lock)
        {
            _lent.Remove(place);
            waits = _waiting.Remove(place);
            if (waits)
            {
                Wait(place);
            }
        }

        if (waits)
        {
            TakeBack();
        }
    }

    /// <summary>(2) Cancels one early call, so that its place becomes free.</summary>
    void TakeBack()
    {
        while (true)
        {
            CallPlace? least;
            lock (_lock)
            {
                least = _lent.MinBy(place => place.Probability);
                if (least is null)
                {
                    return;
                }

                _lent.Remove(least);
            }

            // Outside the lock: canceling runs code of the tool.
            if (least.GiveUp())
            {
                return;
            }
        }
    }

    void Enter(CallPlace place)
    {
        if (place.IsLent)
        {
            _lent.Add(place);
        }
    }

    /// <summary>(1)</summary>
    void Wait(CallPlace place)
    {
        LinkedListNode<CallPlace>? before = _waiting.Last;
        while (!place.IsLent && before is { Value.IsLent: true })
        {
            before = before.Previous;
        }

        if (before is null)
        {
            _waiting.AddFirst(place);
        }
        else
        {
            _waiting.AddAfter(before, place);
        }
    }

    void Leave(CallPlace place, CancellationToken token)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(place))
            {
                return;
            }
        }

        place.Entered.TrySetCanceled(token);
    }
}
