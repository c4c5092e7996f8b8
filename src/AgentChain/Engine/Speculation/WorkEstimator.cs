namespace AgentChain.Engine.Speculation;

/// <summary>How long a block's runs take: an exponentially weighted mean. Thread-safe.</summary>
sealed class WorkEstimator
{
    const double Weight = 0.1;

    double _mean;
    int _count;

    /// <summary>The mean in ticks; null before the first run.</summary>
    public double? Mean => Volatile.Read(ref _count) == 0 ? null : Volatile.Read(ref _mean);

    public void Add(long ticks)
    {
        // The first runs count alike, so that one slow start is soon forgotten. Two at once may lose one: it is an estimate.
        int count = Interlocked.Increment(ref _count);
        double mean = Volatile.Read(ref _mean);
        Volatile.Write(ref _mean, mean + ((ticks - mean) * Math.Max(Weight, 1.0 / count)));
    }
}
