
namespace AgentChain.Engine.Turns;

/// <summary>
/// The runs of one turn, latest first, for its report and its end. Finished runs are folded from time to time. Thread-safe.
/// </summary>
struct RunList
{
    /// <summary>The number of runs after which finished runs are first folded. Only a bound on memory.</summary>
    const int FoldAfter = 8 * SpanFold.Kept;

    TraceStep? _latest;
    FoldedRuns? _folded;
    int _added;
    int _foldsAt;

    /// <summary>The run that was added last; it links to the earlier ones.</summary>
    public TraceStep? Latest => Volatile.Read(ref _latest);

    /// <summary>The runs that are no longer kept individually; null if there are none.</summary>
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

        // The count is approximate if runs begin concurrently, which is good enough.
        if (++_added >= Math.Max(FoldAfter, _foldsAt) && !run.Turn.IsOver)
        {
            _foldsAt = int.MaxValue;
            _added = Fold().Compact(ref _latest);
            _foldsAt = 2 * _added;
        }
    }

    /// <summary>Returns the folds, created on first use.</summary>
    public FoldedRuns Fold() => Volatile.Read(ref _folded) ?? Interlocked.CompareExchange(ref _folded, new(), null) ?? _folded;

    /// <summary>Returns a block's run that still works and was not detached; null if there is none.</summary>
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
