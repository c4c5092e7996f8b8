using AgentChain.Engine.Queues;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Counts the turns in a chain and admits waiting turns in the order of their arrival. Entering and leaving take no lock while no turn
/// waits.
/// </summary>
/// <param name="places">The maximum number of turns in the chain.</param>
sealed class Admission(int places)
{
    readonly Lock _lock = new();
    readonly LinkedList<AdmissionWaiter> _waiting = new();
    int _counted;
    int _live;
    int _waiters;
    bool _isClosed;

    /// <summary>The number of turns in the chain.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>The number of waiting turns.</summary>
    public int Waiting => Volatile.Read(ref _waiters);

    /// <summary>Takes a place if one is free and no turn waits for it.</summary>
    public bool TryEnter() => Volatile.Read(ref _waiters) == 0 && TryTakePlace();

    /// <summary>Returns a place and passes it to the turn that has waited longest.</summary>
    /// <returns>The number of turns that are left in the chain.</returns>
    public int Leave()
    {
        // The place is returned before the waiters are read; Join counts its waiter before it tries a place. One of them sees the other.
        int left = Interlocked.Decrement(ref _live);
        if (Volatile.Read(ref _waiters) == 0)
        {
            return left;
        }

        LetIn();
        return Live;
    }

    /// <summary>Enters if there is room after all; otherwise, joins the waiting turns.</summary>
    /// <param name="waiter">The turn that enters or waits.</param>
    /// <param name="maxWaiting">
    /// The maximum number of waiting turns that have such a maximum; null for a turn that always waits and does not count.
    /// </param>
    /// <returns>The result; null if the turn waits.</returns>
    public AdmissionResult? Join(AdmissionWaiter waiter, int? maxWaiting)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return AdmissionResult.Closed;
            }

            // Counted first: a turn that leaves later sees the waiter, and one that left earlier has returned its place.
            Interlocked.Increment(ref _waiters);
            if (_waiting.Count == 0 && TryTakePlace())
            {
                Interlocked.Decrement(ref _waiters);
                return AdmissionResult.Admitted;
            }

            if (_counted >= maxWaiting)
            {
                Interlocked.Decrement(ref _waiters);
                return AdmissionResult.TooManyWait;
            }

            waiter.IsCounted = maxWaiting is not null;
            _counted += waiter.IsCounted ? 1 : 0;
            waiter.Place = _waiting.AddLast(waiter);
            return null;
        }
    }

    /// <summary>Removes a waiter that gave up.</summary>
    public void Remove(AdmissionWaiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Place is { List: not null } place)
            {
                _waiting.Remove(place);
                Left(waiter);
            }
        }
    }

    /// <summary>Ends all waits and refuses new ones.</summary>
    public void Close()
    {
        AdmissionWaiter[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _waiting];
            _waiting.Clear();
            _counted = 0;
            Interlocked.Add(ref _waiters, -left.Length);
        }

        foreach (AdmissionWaiter waiter in left)
        {
            waiter.TryDecide(AdmissionResult.Closed);
        }
    }

    void LetIn()
    {
        while (Volatile.Read(ref _waiters) != 0)
        {
            AdmissionWaiter next;
            lock (_lock)
            {
                if (_waiting.First is not { } first || !TryTakePlace())
                {
                    return;
                }

                next = first.Value;
                _waiting.RemoveFirst();
                Left(next);
            }

            if (!next.TryAdmit())
            {
                Interlocked.Decrement(ref _live);
            }
        }
    }

    /// <summary>Counts a waiter no more that was removed. Under the lock.</summary>
    void Left(AdmissionWaiter waiter)
    {
        _counted -= waiter.IsCounted ? 1 : 0;
        Interlocked.Decrement(ref _waiters);
    }

    bool TryTakePlace()
    {
        int live = Volatile.Read(ref _live);
        while (live < places)
        {
            int seen = Interlocked.CompareExchange(ref _live, live + 1, live);
            if (seen == live)
            {
                return true;
            }

            live = seen;
        }

        return false;
    }
}
