namespace AgentChain.Engine.Primitives;

/// <summary>Estimates how long a block's runs take, as an exponentially weighted mean. Thread-safe.</summary>
sealed class WorkEstimator
{
    /// <summary>The least weight of a run: about the last ten count. A common choice, not a measured optimum.</summary>
    const double Weight = 0.1;

    double _mean;
    int _count;

    /// <summary>The mean in ticks; null before the first run.</summary>
    public double? Mean => Volatile.Read(ref _count) == 0 ? null : Volatile.Read(ref _mean);

    public void Add(long ticks)
    {
        // The first runs have equal weight, so that one slow start is soon forgotten. Concurrent calls can lose a run: it is an estimate.
        int count = Interlocked.Increment(ref _count);
        double mean = Volatile.Read(ref _mean);
        Volatile.Write(ref _mean, mean + ((ticks - mean) * Math.Max(Weight, 1.0 / count)));
    }
}
