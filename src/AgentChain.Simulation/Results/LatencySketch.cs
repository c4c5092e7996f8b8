namespace AgentChain.Simulation;

/// <summary>
/// Counts times in buckets whose widths grow by 1 percent, so that every percentile is within 0.5 percent, memory depends only on the range
/// of the times, and two sketches add up exactly: the logarithmic histogram of Masson, Rim and Lee, "DDSketch" (PVLDB 12, 2019).
/// </summary>
sealed class LatencySketch
{
    const double Growth = 1.01;
    static readonly double LogGrowth = Math.Log(Growth);

    long[] _buckets = [];
    int _first;
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
            At((int)Math.Floor(Math.Log(ticks) / LogGrowth))++;
        }
    }

    public void Add(LatencySketch other)
    {
        Count += other.Count;
        SumTicks += other.SumTicks;
        Least = Math.Min(Least, other.Least);
        Most = Math.Max(Most, other.Most);
        _zeros += other._zeros;
        for (int i = 0; i < other._buckets.Length; i++)
        {
            if (other._buckets[i] > 0)
            {
                At(other._first + i) += other._buckets[i];
            }
        }
    }

    /// <summary>Returns the time that a part of the times do not exceed; zero if there are none.</summary>
    public TimeSpan Quantile(double part)
    {
        long rank = (long)Math.Ceiling(Math.Clamp(part, 0, 1) * Count);
        if (rank <= _zeros || Count == 0)
        {
            return TimeSpan.Zero;
        }

        if (rank == Count)
        {
            return new(Most);
        }

        long seen = _zeros;
        for (int i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
            {
                return new((long)Math.Clamp(Middle(_first + i), Least, Most));
            }
        }

        return new(Most);
    }

    /// <summary>Returns the number of times that are at most a limit, exact to a bucket.</summary>
    public long CountUpTo(TimeSpan limit)
    {
        if (limit.Ticks <= 0)
        {
            return limit.Ticks == 0 ? _zeros : 0;
        }

        int last = (int)Math.Floor(Math.Log(limit.Ticks) / LogGrowth) - _first;
        return _zeros + _buckets.AsSpan(0, Math.Clamp(last + 1, 0, _buckets.Length)).ToArray().Sum();
    }

    static double Middle(int bucket) => Math.Pow(Growth, bucket + 0.5);

    ref long At(int bucket)
    {
        if (_buckets.Length == 0)
        {
            (_first, _buckets) = (bucket, new long[1]);
        }
        else if (bucket < _first || bucket >= _first + _buckets.Length)
        {
            int first = Math.Min(bucket, _first);
            int end = Math.Max(bucket + 1, _first + _buckets.Length);
            var wider = new long[end - first];
            _buckets.CopyTo(wider, _first - first);
            (_first, _buckets) = (first, wider);
        }

        return ref _buckets[bucket - _first];
    }
}
