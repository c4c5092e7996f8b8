namespace AgentChain.Tests.Engine;

/// <summary>A clock that does something when it is looked at for the n-th time: a way to come in between two lines of the engine.</summary>
/// <param name="inner">The clock that supplies the time.</param>
/// <param name="at">At which look.</param>
sealed class InterruptingClock(TimeProvider inner, int at) : TimeProvider
{
    /// <summary>The action to perform.</summary>
    public Action? Act { get; set; }

    /// <summary>How often it was looked at since it had something to do.</summary>
    public int Looks { get; private set; }

    /// <summary>Whether it has done it.</summary>
    public bool HasActed { get; private set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override long GetTimestamp()
    {
        if (Act is { } act && !HasActed && ++Looks == at)
        {
            HasActed = true;
            act();
        }

        return inner.GetTimestamp();
    }

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
