namespace AgentChain.Budgets;

/// <summary>
/// A running <see cref="LatencyBudget"/> in timestamps. Determines which limit falls due next, and when. Pure: callers pass in the
/// time and the outputs.
/// </summary>
readonly struct BudgetClock
{
    /// <summary>The due time of a limit that is not set.</summary>
    public const long Never = long.MaxValue;

    readonly long _first;
    readonly long _total;
    readonly long _stall;

    public BudgetClock(LatencyBudget budget, long start, long ticksPerSecond)
    {
        _first = Due(budget.FirstOutputLimit, start, ticksPerSecond);
        _total = Due(budget.TotalLimit, start, ticksPerSecond);
        _stall = budget.StallLimit is { } stall ? ToTicks(stall, ticksPerSecond) : Never;
    }

    /// <summary>The due time of the limit on the first output.</summary>
    public long FirstOutput => _first;

    /// <summary>The due time of the total limit.</summary>
    public long Total => _total;

    /// <summary>Returns the next limit and its due time.</summary>
    /// <param name="lastOutputAt">The time of the latest output, or 0 if there is none yet.</param>
    public (long At, BudgetLimit Limit) Next(long lastOutputAt)
    {
        if (lastOutputAt == 0)
        {
            return _first <= _total ? (_first, _first == Never ? BudgetLimit.None : BudgetLimit.FirstOutput) : (_total, BudgetLimit.Total);
        }

        long stall = Later(lastOutputAt, _stall);
        return stall < _total ? (stall, BudgetLimit.Stall) : (_total, _total == Never ? BudgetLimit.None : BudgetLimit.Total);
    }

    public static long ToTicks(TimeSpan time, long ticksPerSecond) =>
        (long)(time.Ticks * ((double)ticksPerSecond / TimeSpan.TicksPerSecond));

    static long Due(TimeSpan? time, long start, long ticksPerSecond) =>
        time is { } t ? Later(start, ToTicks(t, ticksPerSecond)) : Never;

    /// <summary>Adds a duration to a time. An overflow results in <see cref="Never"/>.</summary>
    public static long Later(long from, long ticks) => ticks > Never - from ? Never : from + ticks;
}
