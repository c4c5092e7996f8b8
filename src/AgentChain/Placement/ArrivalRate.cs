namespace AgentChain.Placement;

/// <summary>Measures how many turns arrive, from a count of them. Not thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="shortest">The shortest time over which the rate is measured; before that, the last one is returned.</param>
/// <param name="count">Returns the number of turns so far.</param>
/// <param name="first">The rate before the first measurement.</param>
sealed class ArrivalRate(TimeProvider time, TimeSpan shortest, Func<long> count, double first = 0)
{
    long _since = time.GetTimestamp();
    long _counted = count();
    double _perSecond = first;

    /// <summary>Returns the mean number of turns in a second since the last measurement.</summary>
    public double Next()
    {
        long now = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(_since, now);
        if (elapsed < TimeSpan.Zero)
        {
            // The clock was set back.
            (_since, _counted) = (now, count());
        }
        else if (elapsed >= shortest && elapsed > TimeSpan.Zero)
        {
            long counted = count();
            _perSecond = (counted - _counted) / elapsed.TotalSeconds;
            (_since, _counted) = (now, counted);
        }

        return _perSecond;
    }
}
