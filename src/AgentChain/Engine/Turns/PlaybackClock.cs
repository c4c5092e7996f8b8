using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>
/// When what a turn has produced so far has been played: the deadline of what follows. Source: VoxServe, which serves streams with nothing
/// to hear yet before those that have. Thread-safe.
/// </summary>
sealed class PlaybackClock
{
    long _until;

    /// <summary>The time at which there is nothing more to play.</summary>
    public long Until => Volatile.Read(ref _until);

    /// <summary>What counted the last item.</summary>
    public PlaybackMeter? Meter { get; private set; }

    /// <summary>Adds an item: it is played at once if there is nothing to play any more, otherwise after the others.</summary>
    public void Add(PlaybackMeter meter, long now, long ticks)
    {
        Meter = meter;
        long seen = Volatile.Read(ref _until);
        while (Interlocked.CompareExchange(ref _until, BudgetClock.Later(Math.Max(seen, now), ticks), seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
