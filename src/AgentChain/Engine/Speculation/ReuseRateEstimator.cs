namespace AgentChain.Engine.Speculation;

/// <summary>
/// Estimates how often orphaned work is reused although an upstream block ran again, for example because retrieval found the same documents
/// for other words. If that is rare, such work is ended at once, not only when it proves useless. Learns whether or not the work was kept.
/// Thread-safe.
/// </summary>
sealed class ReuseRateEstimator
{
    /// <summary>The weight of the past at each observation: about the last 50 count. A plausible memory, not a measured optimum.</summary>
    const double Decay = 0.98;

    /// <summary>
    /// The reuse rate from which orphaned work is kept. Below one half, because work that is discarded costs device time, but work that is
    /// reused saves time on the critical path. The value itself is a judgment, not a measurement.
    /// </summary>
    const double LeastShare = 0.3;

    readonly Lock _lock = new();
    double _stood = 1;
    double _fell = 1;

    /// <summary>Whether orphaned work should continue.</summary>
    public bool IsLikely
    {
        get
        {
            lock (_lock)
            {
                return _stood >= LeastShare * (_stood + _fell);
            }
        }
    }

    public void Add(bool stood)
    {
        lock (_lock)
        {
            (_stood, _fell) = ((_stood * Decay) + (stood ? 1 : 0), (_fell * Decay) + (stood ? 0 : 1));
        }
    }
}
