namespace AgentChain.Engine.Turns;

/// <summary>Many runs of one block in one turn, told as one, so that a turn's memory does not grow with its items. Safe for use from several threads.</summary>
/// <param name="node">The block.</param>
/// <param name="notes">What they have in common as to speculation.</param>
sealed class SpanFold(BlockNode node, SpanNotes notes)
{
    /// <summary>How many runs of a block are kept as they are in a turn; what comes after them is folded.</summary>
    public const int Kept = 32;

    readonly Lock _lock = new();
    SpanNotes _notes;
    long _queued = long.MaxValue;
    long _started = long.MaxValue;
    long _ended;
    long _worked;
    long _waited;
    int _runs;

    public BlockNode Node => node;

    public SpanNotes Kind => notes;

    /// <summary>Adds a run that has ended.</summary>
    public void Add(TraceStep run)
    {
        long running = Math.Min(run.RunningAt, run.EndedAt);
        lock (_lock)
        {
            _runs++;
            _notes |= run.Notes;
            _queued = Math.Min(_queued, run.QueuedAt == 0 ? run.StartedAt : run.QueuedAt);
            _started = Math.Min(_started, run.StartedAt);
            _ended = Math.Max(_ended, run.EndedAt);
            _worked += Math.Max(0, run.EndedAt - running);
            _waited += Math.Max(0, running - run.StartedAt);
        }
    }

    /// <summary>Adds what another has.</summary>
    public void Add(SpanFold other)
    {
        lock (_lock)
        {
            _runs += other._runs;
            _notes |= other._notes;
            _queued = Math.Min(_queued, other._queued);
            _started = Math.Min(_started, other._started);
            _ended = Math.Max(_ended, other._ended);
            _worked += other._worked;
            _waited += other._waited;
        }
    }

    /// <summary>The runs as one span.</summary>
    /// <param name="at">Gives a time within the turn.</param>
    /// <param name="length">Gives a length of time.</param>
    public BlockSpan ToSpan(Func<long, TimeSpan> at, Func<long, TimeSpan> length)
    {
        lock (_lock)
        {
            return new BlockSpan(node.Name, at(Math.Min(_queued, _started)), at(_started), at(_ended), _notes | notes)
            {
                Runs = _runs,
                Working = length(_worked),
                DeviceWait = length(_waited),
            };
        }
    }
}
