using AgentChain.Engine.Queues;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Counts the turns inside a chain and lets those that wait for room in, first come first served. Without any that wait, entering and
/// leaving take no lock.
/// </summary>
/// <param name="places">How many turns may be inside.</param>
sealed class Admission(int places)
{
    readonly Lock _lock = new();
    readonly LinkedList<AdmissionWaiter> _waiting = new();
    int _live;
    int _waiters;
    bool _isClosed;

    /// <summary>How many turns are inside.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>How many turns wait.</summary>
    public int Waiting => Volatile.Read(ref _waiters);

    /// <summary>Takes a place, unless there is none or others wait for it.</summary>
    public bool TryEnter() => Volatile.Read(ref _waiters) == 0 && TryTakePlace();

    /// <summary>Gives a place back, to the turn that has waited the longest.</summary>
    /// <returns>How many turns were left inside.</returns>
    public int Leave()
    {
        int left = Interlocked.Decrement(ref _live);
        if (Volatile.Read(ref _waiters) == 0)
        {
            return left;
        }

        LetIn();
        return Live;
    }

    /// <summary>Joins those that wait, or enters when there is room after all.</summary>
    /// <param name="waiter">The one that comes.</param>
    /// <param name="maxWaiting">How many may wait.</param>
    /// <returns>What came of it; null when it waits.</returns>
    public AdmissionResult? Join(AdmissionWaiter waiter, int maxWaiting)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return AdmissionResult.Closed;
            }

            // Counted first: a turn that leaves after this sees it, and one that left before has given its place back.
            Interlocked.Increment(ref _waiters);
            if (_waiting.Count == 0 && TryTakePlace())
            {
                Interlocked.Decrement(ref _waiters);
                return AdmissionResult.Admitted;
            }

            if (_waiting.Count >= maxWaiting)
            {
                Interlocked.Decrement(ref _waiters);
                return AdmissionResult.TooManyWait;
            }

            waiter.Place = _waiting.AddLast(waiter);
            return null;
        }
    }

    /// <summary>Takes one that gave up out of the line.</summary>
    public void Remove(AdmissionWaiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Place is { List: not null } place)
            {
                _waiting.Remove(place);
                Interlocked.Decrement(ref _waiters);
            }
        }
    }

    /// <summary>Lets nobody wait any more.</summary>
    public void Close()
    {
        AdmissionWaiter[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _waiting];
            _waiting.Clear();
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
                Interlocked.Decrement(ref _waiters);
            }

            if (!next.TryAdmit())
            {
                Interlocked.Decrement(ref _live);
            }
        }
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
