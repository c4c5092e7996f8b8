using AgentChain.Forecasts;

namespace AgentChain.Engine.Turns;

/// <summary>
/// What few turns need, created on first use: the runs that are no longer kept individually, and what happened inside blocks.
/// </summary>
sealed class FoldedRuns
{
    readonly Lock _lock = new();
    Dictionary<(BlockNode, SpanNotes), SpanFold>? _folds;
    InnerWorks? _inner;
    ModelUses? _uses;
    PlaybackClock? _playback;

    /// <summary>The works inside the turn's blocks; null if no block reported any.</summary>
    public InnerWorks? Inner => Volatile.Read(ref _inner);

    /// <summary>Returns the works inside the turn's blocks, created on first use.</summary>
    public InnerWorks InnerOf(TurnCore turn) => Inner ?? Interlocked.CompareExchange(ref _inner, new(turn), null) ?? _inner;

    /// <summary>When what was produced has been played; null if nothing was.</summary>
    public PlaybackClock? Playback => Volatile.Read(ref _playback);

    /// <summary>Returns the clock of what is played, created on first use.</summary>
    public PlaybackClock PlaybackOrNew() => Playback ?? Interlocked.CompareExchange(ref _playback, new(), null) ?? _playback;

    /// <summary>What the turn's input tells about its blocks; null for nothing.</summary>
    public TurnForecast? Forecast { get; set; }

    /// <summary>The use of models; null if no block reported any.</summary>
    public ModelUses? Uses => Volatile.Read(ref _uses);

    /// <summary>Returns the use of models, created on first use.</summary>
    public ModelUses UsesOf(TurnCore turn) => Uses ?? Interlocked.CompareExchange(ref _uses, new(turn), null) ?? _uses;

    /// <summary>Returns the fold for a run of a block.</summary>
    public SpanFold Of(TraceStep run)
    {
        (BlockNode, SpanNotes) key = (run.Node, Speculated(run));
        lock (_lock)
        {
            _folds ??= [];
            if (!_folds.TryGetValue(key, out SpanFold? fold))
            {
                _folds.Add(key, fold = new SpanFold(run.Node, key.Item2));
            }

            return fold;
        }
    }

    /// <summary>Returns all folds, each with the runs of one block.</summary>
    public SpanFold[] All()
    {
        lock (_lock)
        {
            return _folds is null ? [] : [.. _folds.Values];
        }
    }

    /// <summary>
    /// Removes finished runs beyond the first <see cref="SpanFold.Kept"/> of each block from a turn's list. The head of the list stays, and
    /// a removed run still links to the rest, so other threads can traverse the list meanwhile.
    /// </summary>
    /// <returns>The number of remaining runs.</returns>
    public int Compact(ref TraceStep? latest)
    {
        lock (_lock)
        {
            // Read under the lock: a head that was read earlier may since have been removed by another thread.
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

    /// <summary>Returns the report's notes about a run's speculation.</summary>
    public static SpanNotes Speculated(TraceStep run) => run.Scope?.Notes ?? SpanNotes.None;

    /// <summary>Whether a run can no longer change.</summary>
    static bool IsDone(TraceStep run) =>
        run.EndedAt != 0
        && !run.IsRunning
        && run.Lease is not { IsReleased: false }
        && run.Scope is not { IsDecided: false };
}
