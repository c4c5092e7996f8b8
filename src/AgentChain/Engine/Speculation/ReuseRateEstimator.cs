namespace AgentChain.Engine.Speculation;

/// <summary>
/// How often work still stood although a block in front of it had to run again, as retrieval that found the same for other words. Where it
/// hardly ever does, such work is ended at once instead of going on until that shows. Learned whether or not the work was kept. Thread-safe.
/// </summary>
sealed class ReuseRateEstimator
{
    const double Decay = 0.98;

    /// <summary>Work in question costs a device as much as it may save: from here on it is worth it, since what it may save comes on the critical path.</summary>
    const double LeastShare = 0.3;

    readonly Lock _lock = new();
    double _stood = 1;
    double _fell = 1;

    /// <summary>Whether work in question is to go on.</summary>
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
