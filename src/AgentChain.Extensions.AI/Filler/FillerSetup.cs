namespace AgentChain.Extensions.AI;

/// <summary>Declares when an agent fills a silence. Not thread-safe; used only while the agent is made.</summary>
public sealed class FillerSetup
{
    internal FillerSetup(Func<FillerMoment, string?> phrase) => Phrase = phrase;

    internal Func<FillerMoment, string?> Phrase { get; }

    internal double Share { get; private set; } = 0.5;

    internal TimeSpan? Fixed { get; private set; }

    internal TimeSpan? Interval { get; private set; }

    internal int Most { get; private set; } = 1;

    /// <summary>
    /// Sets the share of the time to the first output that passes in silence before the first filler. The default is 0.5. The time is what
    /// is
    /// left of the budgets of the block and the chain when the block begins or, if they have no limit, 2 s.
    /// </summary>
    /// <param name="share">The share, more than 0 and less than 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is out of range.</exception>
    public FillerSetup AfterShare(double share)
    {
        Share = share is > 0 and < 1
            ? share
            : throw new ArgumentOutOfRangeException(nameof(share), share, "The share is more than 0 and less than 1.");
        Fixed = null;
        return this;
    }

    /// <summary>Sets the silence before the first filler to a fixed time, instead of a share of a budget.</summary>
    /// <param name="time">The time, greater than zero.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is out of range.</exception>
    public FillerSetup After(TimeSpan time)
    {
        Fixed = Checked(time);
        return this;
    }

    /// <summary>Repeats the filler while the silence lasts. By default, there is one filler in a turn.</summary>
    /// <param name="time">The silence before each further filler, greater than zero.</param>
    /// <param name="most">The number of fillers in a turn, at least 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public FillerSetup Every(TimeSpan time, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        (Interval, Most) = (Checked(time), most);
        return this;
    }

    static TimeSpan Checked(TimeSpan time) => time > TimeSpan.Zero && time.TotalMilliseconds <= int.MaxValue
        ? time
        : throw new ArgumentOutOfRangeException(nameof(time), time, "The silence is greater than zero, and at most 24 days.");
}
