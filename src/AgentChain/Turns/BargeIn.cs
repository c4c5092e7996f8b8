using System.Diagnostics;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>
/// Represents a possible interruption by the user while a turn produces output. The output is paused until it is decided:
/// <see cref="Commit"/> interrupts the turn, and <see cref="Resume"/> lets it continue. The first decision wins. A barge-in affects only
/// the turn that was running when it began. Disposing it while it is undecided resumes the turn. Thread-safe.
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

        // The timer is created first: if that throws, no hold is left that only the timer would release.
        _resumesIn = after;
        _falseAlarm = time.CreateTimer(static self => ((BargeIn)self!).WaitOn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        turn.Hold();
        WaitOn();
        if (State != BargeInState.Pending)
        {
            _falseAlarm.Dispose();
        }
    }

    /// <summary>Gets the current state of the barge-in.</summary>
    public BargeInState State => (BargeInState)Volatile.Read(ref _state);

    /// <summary>
    /// Confirms the barge-in and interrupts the turn. If the turn has completed but was not read to its end, the rest of its output is
    /// dropped: the reader gets a <see cref="TurnInterruptedException"/>, and the outcome stays Completed.
    /// </summary>
    /// <returns>
    /// <see langword="true"/> if this call decided the barge-in; <see langword="false"/> if it was already decided, in which case nothing
    /// changes.
    /// </returns>
    public bool Commit() => Decide(BargeInState.Committed);

    /// <summary>Treats the barge-in as a false alarm. Output continues where it was paused, once no other pause holds it.</summary>
    /// <returns>
    /// <see langword="true"/> if this call decided the barge-in; <see langword="false"/> if it was already decided, in which case nothing
    /// changes.
    /// </returns>
    public bool Resume() => Decide(BargeInState.Resumed);

    /// <summary>Resumes the turn if the barge-in is undecided.</summary>
    public void Dispose() => Resume();

    /// <summary>Describes the barge-in in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => $"barge-in: {State}";

    /// <summary>Resumes when the time has elapsed. A time longer than a timer allows is split into several.</summary>
    void WaitOn()
    {
        if (_resumesIn <= TimeSpan.Zero)
        {
            Resume();
            return;
        }

        if (_falseAlarm is not { } timer)
        {
            // The clock fired the timer before it was set. It is set below.
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
            // Without a timer, nothing would ever release the output.
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
