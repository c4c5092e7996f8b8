namespace AgentChain.Engine.Turns;

/// <summary>
/// Many runs of one block in one turn, reported as one, so that a turn's memory does not grow with its items. Thread-safe.
/// </summary>
/// <param name="node">The block.</param>
/// <param name="notes">The notes on speculation that the runs share.</param>
sealed class SpanFold(BlockNode node, SpanNotes notes)
{
    /// <summary>The number of runs of a block that a turn keeps individually; later ones are folded. Only a bound on memory.</summary>
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

    /// <summary>Adds the runs of another fold.</summary>
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

    /// <summary>Returns the runs as one span.</summary>
    /// <param name="at">Converts a timestamp to a time within the turn.</param>
    /// <param name="length">Converts a number of clock ticks to a duration.</param>
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
