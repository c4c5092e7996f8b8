using AgentChain.Costs;

namespace AgentChain.Simulation;

/// <summary>Counts times: a sketch of milliseconds for the percentiles, and the exact sum, least and most.</summary>
sealed class LatencyTally
{
    readonly LatencySketch _sketch = new();
    long _zeros;

    public long Count { get; private set; }

    public double SumTicks { get; private set; }

    public long Least { get; private set; } = long.MaxValue;

    public long Most { get; private set; }

    public void Add(TimeSpan time)
    {
        long ticks = Math.Max(0, time.Ticks);
        Count++;
        SumTicks += ticks;
        Least = Math.Min(Least, ticks);
        Most = Math.Max(Most, ticks);
        if (ticks == 0)
        {
            _zeros++;
        }
        else
        {
            _sketch.Add((double)ticks / TimeSpan.TicksPerMillisecond);
        }
    }

    public void Add(LatencyTally other)
    {
        Count += other.Count;
        SumTicks += other.SumTicks;
        Least = Math.Min(Least, other.Least);
        Most = Math.Max(Most, other.Most);
        _zeros += other._zeros;
        _sketch.Merge(other._sketch);
    }

    /// <summary>Returns the time that a part of the times do not exceed; zero if there are none.</summary>
    public TimeSpan Quantile(double part)
    {
        double rank = Math.Ceiling(part * Count);
        return rank <= _zeros ? TimeSpan.Zero
            : rank == Count ? new(Most)
            : new((long)Math.Clamp(_sketch.Quantile((rank - _zeros) / (Count - _zeros)) * TimeSpan.TicksPerMillisecond, Least, Most));
    }

    /// <summary>Returns the number of times that are at most a limit, to within 1 percent of the limit.</summary>
    public double CountUpTo(TimeSpan limit) =>
        limit.Ticks >= Most ? Count
        : Count == _zeros || limit <= TimeSpan.Zero ? _zeros
        : _zeros + (_sketch.ShareUpTo(limit.TotalMilliseconds) * (Count - _zeros));
}
