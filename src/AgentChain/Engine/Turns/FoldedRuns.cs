namespace AgentChain.Engine.Turns;

/// <summary>The runs of one turn that are no longer kept one by one.</summary>
sealed class FoldedRuns
{
    readonly Lock _lock = new();
    readonly Dictionary<(BlockNode, SpanNotes), SpanFold> _folds = [];

    /// <summary>Where a run of a block is folded into.</summary>
    public SpanFold Of(TraceStep run)
    {
        (BlockNode, SpanNotes) key = (run.Node, Speculated(run));
        lock (_lock)
        {
            if (!_folds.TryGetValue(key, out SpanFold? fold))
            {
                _folds.Add(key, fold = new SpanFold(run.Node, key.Item2));
            }

            return fold;
        }
    }

    /// <summary>All of them, each block's runs together.</summary>
    public SpanFold[] All()
    {
        lock (_lock)
        {
            return [.. _folds.Values];
        }
    }

    /// <summary>
    /// Takes the runs of a block that are beyond those that are kept out of a turn's list, the oldest of which are kept. The head of the list
    /// stays, and what is taken out still leads on to the rest, so that others may go through the list meanwhile.
    /// </summary>
    /// <returns>How many runs are left.</returns>
    public int Compact(ref TraceStep? latest)
    {
        lock (_lock)
        {
            // Read in here: what another thread's run stood for may have been taken out meanwhile.
            TraceStep head = Volatile.Read(ref latest)!;
            Dictionary<BlockNode, int> counts = [];
            int left = 0;
            for (TraceStep? run = head; run is not null; run = run.Earlier, left++)
            {
                counts[run.Node] = counts.GetValueOrDefault(run.Node) + 1;
            }

            TraceStep before = head;
            for (TraceStep? run = head.Earlier; run is not null; run = run.Earlier)
            {
                if (counts[run.Node] <= SpanFold.Kept || !IsDone(run))
                {
                    before = run;
                    continue;
                }

                Of(run).Add(run);
                before.Earlier = run.Earlier;
                counts[run.Node]--;
                left--;
            }

            return left;
        }
    }

    /// <summary>What the report notes about a run's speculation.</summary>
    public static SpanNotes Speculated(TraceStep run) => run.Scope?.Notes ?? SpanNotes.None;

    /// <summary>Whether nothing of it changes any more.</summary>
    static bool IsDone(TraceStep run) =>
        run.EndedAt != 0
        && !run.IsRunning
        && run.Lease is not { IsReleased: false }
        && run.Scope is not { IsDecided: false };
}
