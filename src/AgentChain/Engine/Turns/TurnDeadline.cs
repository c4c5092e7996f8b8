using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>The next limit of a turn's budget, and what keeps it from counting.</summary>
/// <remarks>
/// The output's thread writes it and the deadline thread reads it, without a lock. The due time, the limit and the wait for the host are
/// one number, so a reader never sees the time of one limit with the name of another, or the end of a wait without the limit that it has
/// set.
/// Outside of a wait only the output's thread writes.
/// </remarks>
struct TurnDeadline
{
    /// <summary>The bits below the due time: the limit, and whether output waits for the host.</summary>
    const int Bits = 3;
    const long LimitBits = 0b011;
    const long WaitBit = 0b100;
    const long Latest = BudgetClock.Never >> Bits;

    long _next;

    /// <summary>The time at which live input was known to be complete; 0 before that, or if the input is not live.</summary>
    public long InputEndedAt { get; private set; }

    /// <summary>The time at which the next limit is due.</summary>
    public readonly long Due => Read(Volatile.Read(in _next)).Due;

    /// <summary>Whether output waits for the host to read it, which is not a stall of the chain.</summary>
    public readonly bool WaitsForHost => (Volatile.Read(in _next) & WaitBit) != 0;

    /// <summary>Returns the next limit, the time at which it is due, and whether output waits for the host.</summary>
    /// <param name="seen">The state to pass to <see cref="TryPostpone"/>.</param>
    public readonly (long Due, BudgetLimit Limit, bool WaitsForHost) Look(out long seen)
    {
        seen = Volatile.Read(in _next);
        (long due, BudgetLimit limit) = Read(seen);
        return (due, limit, (seen & WaitBit) != 0);
    }

    /// <summary>Sets the next limit. Called by the output's thread.</summary>
    public void Set((long Due, BudgetLimit Limit) next)
    {
        long seen = Volatile.Read(ref _next);
        if ((seen & WaitBit) == 0)
        {
            Volatile.Write(ref _next, Write(next));
            return;
        }

        while (!TryPostpone(seen, next))
        {
            seen = Volatile.Read(ref _next);
        }
    }

    /// <summary>Sets the next limit during a wait for the host; false if something has changed since it was looked at.</summary>
    public bool TryPostpone(long seen, (long Due, BudgetLimit Limit) next) =>
        Interlocked.CompareExchange(ref _next, Write(next) | (seen & WaitBit), seen) == seen;

    /// <summary>Output begins to wait for the host.</summary>
    public void BeginHostWait() => Interlocked.Or(ref _next, WaitBit);

    /// <summary>The host has made room.</summary>
    /// <param name="next">The limit that is due next; null if it does not change.</param>
    public void EndHostWait((long Due, BudgetLimit Limit)? next)
    {
        if (next is { } limit)
        {
            Interlocked.Exchange(ref _next, Write(limit));
        }
        else
        {
            Interlocked.And(ref _next, ~WaitBit);
        }
    }

    /// <summary>Records that the live input is complete; false if that was recorded before.</summary>
    public bool EndInput(long at)
    {
        if (InputEndedAt != 0)
        {
            return false;
        }

        InputEndedAt = Math.Max(1, at);
        return true;
    }

    static (long Due, BudgetLimit Limit) Read(long next) => next >> Bits is var due && due == Latest
        ? (BudgetClock.Never, BudgetLimit.None)
        : (due, (BudgetLimit)(next & LimitBits));

    static long Write((long Due, BudgetLimit Limit) next) => (Math.Min(next.Due, Latest) << Bits) | (long)next.Limit;
}
