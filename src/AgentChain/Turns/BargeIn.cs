using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>
/// Somebody may be speaking while a turn puts out: its output is paused until it is known. <see cref="Commit"/> interrupts the turn,
/// <see cref="Resume"/> lets it go on; the first decision stands. It concerns the turn that ran when it began and no later one. Disposing
/// it undecided resumes. Safe for use from several threads.
/// </summary>
[DebuggerDisplay("{State}")]
public sealed class BargeIn : IDisposable
{
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    readonly IBargeable? _turn;
    readonly Action<BargeIn> _onDecided;
    readonly ITimer? _falseAlarm;
    TimeSpan _resumesIn;
    int _state;

    internal BargeIn(IBargeable? turn, TimeProvider time, TimeSpan? falseAlarmAfter, Action<BargeIn> onDecided)
    {
        (_turn, _onDecided) = (turn, onDecided);
        if (turn is null || falseAlarmAfter is not { } after)
        {
            turn?.Hold();
            return;
        }

        // The timer comes first: were there none, nothing would be held that only it lets go.
        _resumesIn = after;
        _falseAlarm = time.CreateTimer(static self => ((BargeIn)self!).WaitOn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        turn.Hold();
        WaitOn();
        if (State != BargeInState.Pending)
        {
            _falseAlarm.Dispose();
        }
    }

    /// <summary>Gets what became of it so far.</summary>
    public BargeInState State => (BargeInState)Volatile.Read(ref _state);

    /// <summary>
    /// It was one: interrupts the turn. Of a turn that had completed but was not read to its end, the rest is taken away: the
    /// reader gets a <see cref="TurnInterruptedException"/>, and the outcome stays Completed.
    /// </summary>
    /// <returns>Whether this call decided; <see langword="false"/> when it was decided before, which changes nothing.</returns>
    public bool Commit() => Decide(BargeInState.Committed);

    /// <summary>It was a false alarm: output goes on where it was paused, once no other pause holds it.</summary>
    /// <returns>Whether this call decided; <see langword="false"/> when it was decided before, which changes nothing.</returns>
    public bool Resume() => Decide(BargeInState.Resumed);

    /// <summary>Resumes when nothing was decided.</summary>
    public void Dispose() => Resume();

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => $"barge-in: {State}";

    /// <summary>Resumes when the time is up; a time that is longer than a timer's goes by in several.</summary>
    void WaitOn()
    {
        if (_resumesIn <= TimeSpan.Zero)
        {
            Resume();
            return;
        }

        if (_falseAlarm is not { } timer)
        {
            // A clock that fires a timer that was not set yet; it is set below.
            return;
        }

        TimeSpan next = _resumesIn < LongestTimer ? _resumesIn : LongestTimer;
        _resumesIn -= next;
        try
        {
            timer.Change(next, Timeout.InfiniteTimeSpan);
        }
        catch
        {
            // Without a timer nothing would ever let the output go on.
            Resume();
            throw;
        }
    }

    bool Decide(BargeInState state)
    {
        if (Interlocked.CompareExchange(ref _state, (int)state, (int)BargeInState.Pending) != (int)BargeInState.Pending)
        {
            return false;
        }

        _falseAlarm?.Dispose();
        if (state == BargeInState.Committed)
        {
            _turn?.CutOff();
        }

        _turn?.Release();
        _onDecided(this);
        return true;
    }
}
