using AgentChain.Budgets;

namespace AgentChain.Engine.Deadlines;

/// <summary>Fires deadlines. Adding and removing take a short lock and constant time.</summary>
abstract class DeadlineWatcher : IDisposable
{
    readonly Lock _lock = new();
    readonly DeadlineWheel _wheel;
    bool _added;

    protected DeadlineWatcher(TimeProvider time)
    {
        Time = time;
        _wheel = new DeadlineWheel(time.TimestampFrequency, time.GetTimestamp());
    }

    protected TimeProvider Time { get; }

    /// <summary>The time of the watcher's next check; guarded by the lock.</summary>
    protected long LooksAt { get; set; } = long.MaxValue;

    /// <summary>Watches an entry, or reschedules one that is already watched; <see cref="long.MaxValue"/> means never.</summary>
    public void Add(IDeadline entry, long due)
    {
        if (due == BudgetClock.Never)
        {
            return;
        }

        bool sooner;
        lock (_lock)
        {
            _wheel.Remove(entry);
            _wheel.Add(entry, due);
            _added = true;
            sooner = due < LooksAt;
            if (sooner)
            {
                LooksAt = due;
            }
        }

        if (sooner)
        {
            LookSooner(due);
        }
    }

    /// <summary>Stops watching an entry; one that is firing at this moment still fires.</summary>
    public void Remove(IDeadline entry)
    {
        if (!entry.Links.IsWaiting)
        {
            return;
        }

        lock (_lock)
        {
            _wheel.Remove(entry);
        }
    }

    /// <summary>Fires a token so that its callbacks delay neither the deadlines nor the caller; in virtual time, synchronously.</summary>
    public abstract void Cancel(CancellationTokenSource source);

    /// <summary>
    /// Takes over the second part of an end that a deadline has caused, to do it together with those of other ends; false if the caller
    /// does it itself.
    /// </summary>
    public virtual bool TryFinishLater(IFinishes ended) => false;

    /// <summary>Fires a token synchronously. Only for a token that cannot have callbacks yet, or where callbacks may run.</summary>
    public static void CancelInPlace(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception)
        {
            // A callback threw; the turn already has its outcome, and the other callbacks ran.
        }
    }

    public abstract void Dispose();

    protected abstract void LookSooner(long at);

    /// <summary>The time of the next check if no deadlines are pending but some have come and gone since the last check.</summary>
    protected virtual long LookWhenIdle(long now) => BudgetClock.Never;

    /// <summary>Fires the due deadlines and returns the time of the next check.</summary>
    protected long Fire(List<IDeadline> due)
    {
        long now = FireDue(due);
        lock (_lock)
        {
            long next = _wheel.NextLook();
            if (next == BudgetClock.Never && _added)
            {
                next = LookWhenIdle(now);
            }

            _added = false;
            return LooksAt = next;
        }
    }

    /// <summary>Fires the due deadlines, in order of their due times, and returns the time up to which it did.</summary>
    /// <param name="due">An empty list to use.</param>
    protected virtual long FireDue(List<IDeadline> due)
    {
        long now = Time.GetTimestamp();
        TryTake(now, due, int.MaxValue);
        Fire(due, now);
        return now;
    }

    /// <summary>Takes deadlines that are due; false if there are more than a number of them.</summary>
    protected bool TryTake(long now, List<IDeadline> due, int most)
    {
        lock (_lock)
        {
            return _wheel.TryAdvance(now, due, most);
        }
    }

    /// <summary>Takes deadlines that became due after a time, although earlier ones remain.</summary>
    protected void TakeSince(long from, long now, List<IDeadline> due, int most)
    {
        lock (_lock)
        {
            _wheel.TakeSince(from, now, due, most);
        }
    }

    /// <summary>Fires deadlines and empties their list.</summary>
    protected static void Fire(List<IDeadline> due, long now)
    {
        foreach (IDeadline entry in due)
        {
            entry.OnDue(now);
        }

        due.Clear();
    }
}
