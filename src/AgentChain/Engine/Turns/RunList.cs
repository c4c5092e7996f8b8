
namespace AgentChain.Engine.Turns;

/// <summary>The runs of one turn, the latest first: for its report and for its end. Those that are done are folded from time to time. Safe for use from several threads.</summary>
struct RunList
{
    /// <summary>After how many runs those that are done are folded for the first time.</summary>
    const int FoldAfter = 8 * SpanFold.Kept;

    TraceStep? _latest;
    FoldedRuns? _folded;
    int _added;
    int _foldsAt;

    /// <summary>The run that was added last; the earlier ones follow.</summary>
    public TraceStep? Latest => Volatile.Read(ref _latest);

    /// <summary>The runs that are no longer kept one by one; null where there are none.</summary>
    public FoldedRuns? Folded => Volatile.Read(ref _folded);

    public void Add(TraceStep run)
    {
        TraceStep? head = Volatile.Read(ref _latest);
        while (true)
        {
            run.Earlier = head;
            TraceStep? seen = Interlocked.CompareExchange(ref _latest, run, head);
            if (ReferenceEquals(seen, head))
            {
                break;
            }

            head = seen;
        }

        // Only about right where runs begin side by side, which is good enough.
        if (++_added >= Math.Max(FoldAfter, _foldsAt) && !run.Turn.IsOver)
        {
            _foldsAt = int.MaxValue;
            _added = Fold().Compact(ref _latest);
            _foldsAt = 2 * _added;
        }
    }

    /// <summary>Where runs are folded into.</summary>
    public FoldedRuns Fold() => Volatile.Read(ref _folded) ?? Interlocked.CompareExchange(ref _folded, new(), null) ?? _folded;

    /// <summary>A block's run that still works, and was not left behind; null where there is none.</summary>
    public TraceStep? Unfinished()
    {
        for (TraceStep? run = Latest; run is not null; run = run.Earlier)
        {
            if (run is { IsRunning: true, MayBeLeftBehind: true })
            {
                return run;
            }
        }

        return null;
    }
}
