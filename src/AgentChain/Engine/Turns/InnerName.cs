namespace AgentChain.Engine.Turns;

/// <summary>
/// The works of one name inside one block, in one turn: the first ones that ended individually, the rest as one. Not thread-safe.
/// </summary>
/// <param name="node">The block.</param>
/// <param name="name">The name of the block and the work.</param>
sealed class InnerName(BlockNode node, string name)
{
    readonly List<InnerWork> _kept = [];
    readonly Dictionary<SpanNotes, InnerFold> _folds = [];

    public BlockNode Node => node;

    public string Name => name;

    /// <summary>The number of works that were started early in this turn.</summary>
    public int StartedEarly { get; set; }

    /// <summary>Adds a work that has ended.</summary>
    public void Add(InnerWork work)
    {
        if (_kept.Count < SpanFold.Kept)
        {
            _kept.Add(work);
            return;
        }

        SpanNotes kind = NotesOf(work) & (SpanNotes.Speculative | SpanNotes.Terminated);
        _folds[kind] = _folds.GetValueOrDefault(kind).With(work, NotesOf(work));
    }

    /// <summary>Returns the works as spans.</summary>
    public IEnumerable<BlockSpan> Spans(TurnCore turn)
    {
        foreach (InnerWork work in _kept)
        {
            long ended = Math.Min(work.EndedAt, Math.Max(turn.EndedAt, work.BeganAt));
            TimeSpan started = At(work.RanAt == 0 ? ended : Math.Min(work.RanAt, ended));
            bool isUnfinished = work.Status is null || work.EndedAt > turn.EndedAt;
            yield return new BlockSpan(
                name, At(work.BeganAt), started, At(ended), NotesOf(work) | (isUnfinished ? SpanNotes.Unfinished : SpanNotes.None))
            {
                Working = At(ended) - started,
                CommitWait = work.CommittedAt == 0
                    ? TimeSpan.Zero
                    : At(Math.Clamp(work.CommittedAt, work.BeganAt, ended)) - At(work.BeganAt),
            };
        }

        foreach (InnerFold fold in _folds.Values)
        {
            yield return fold.ToSpan(name, At, ticks => turn.Runtime.Time.GetElapsedTime(0, ticks));
        }

        TimeSpan At(long time) => turn.Runtime.Time.GetElapsedTime(turn.StartedAt, time);
    }

    static SpanNotes NotesOf(InnerWork work)
    {
        SpanNotes notes = FoldedRuns.Speculated((TraceStep)work.Owner) | work.Status switch
        {
            InnerStatus.Failed => SpanNotes.Failed,
            InnerStatus.TimedOut => SpanNotes.Overran,
            InnerStatus.Canceled => SpanNotes.Canceled,
            _ => SpanNotes.None,
        };
        return work is EarlyWork early
            ? notes | SpanNotes.Speculative | (early.IsNeeded == false ? SpanNotes.Terminated : SpanNotes.None)
            : notes;
    }
}
