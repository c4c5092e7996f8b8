using AgentChain.Costs;

namespace AgentChain.Blocks.Hedging;

/// <summary>
/// Decides when a second attempt of a call may start: after the usual time of the device, and while the token bucket has a token. Source:
/// hedged requests (Dean and Barroso, The Tail at Scale, CACM 2013). Thread-safe.
/// </summary>
sealed class HedgeClock
{
    /// <summary>The number of calls after which the usual time is computed again, and after which old calls lose half their weight.</summary>
    const int Refresh = 32;
    const double Recent = 4096;

    /// <summary>The share of the attempts that ordinary calls may use. Measured: with all of them, the bucket is often empty when it counts.</summary>
    const double Ordinary = 0.75;

    /// <summary>From a quantile of the sketch to the end of its bucket: below it, many ordinary calls would count as slow.</summary>
    const double Above = 1.02;

    /// <summary>The longest time that a timer waits; a longer delay never passes.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    readonly Lock _lock = new();
    readonly HedgeOptions _options;
    readonly Dictionary<string, Usual> _devices = new(StringComparer.Ordinal);
    double _tokens = 1;
    long _calls;
    long _hedges;
    long _wins;

    public HedgeClock(HedgeOptions? options)
    {
        options ??= new HedgeOptions();
        _options = new HedgeOptions
        {
            Quantile = options.Quantile is > 0 and < 1
                ? options.Quantile
                : throw OptionCheck.OutOfRange("HedgeOptions.Quantile", options.Quantile, "it must be a number above 0 and below 1."),
            Delay = OptionCheck.Positive(options.Delay, "HedgeOptions.Delay"),
            MaxExtra = OptionCheck.Share(options.MaxExtra, "HedgeOptions.MaxExtra"),
            Burst = OptionCheck.AtLeast(options.Burst, 1, "HedgeOptions.Burst"),
            LearnFrom = OptionCheck.AtLeast(options.LearnFrom, 1, "HedgeOptions.LearnFrom"),
        };
    }

    public HedgeCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return new HedgeCounts(_calls, _hedges, _wins);
            }
        }
    }

    /// <summary>Counts a call and returns the time after which it may be hedged; null if it may not.</summary>
    public TimeSpan? Begin(BlockContext context)
    {
        lock (_lock)
        {
            _calls++;
            _tokens = Math.Min(_options.Burst, _tokens + _options.MaxExtra);
            if (context.IsSpeculative || context.IsWarmUp || _tokens < 1 || _options.Delay > Longest)
            {
                return null;
            }

            Usual usual = UsualOf(context);
            return _options.Delay ?? (usual.Times.Count < _options.LearnFrom ? null : TimeSpan.FromSeconds(usual.Seconds));
        }
    }

    /// <summary>Takes a token for a second attempt; false if there is none.</summary>
    public bool TryHedge()
    {
        lock (_lock)
        {
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            _hedges++;
            return true;
        }
    }

    /// <summary>Learns how long a call took to its answer.</summary>
    /// <param name="context">The context of the call.</param>
    /// <param name="started">The timestamp of its start.</param>
    /// <param name="hedgeWon">Whether the second attempt answered first; the first one is then known to take at least as long.</param>
    public void Answered(BlockContext context, long started, bool hedgeWon)
    {
        double seconds = context.Time.GetElapsedTime(started).TotalSeconds;
        lock (_lock)
        {
            _wins += hedgeWon ? 1 : 0;
            if (context.IsWarmUp)
            {
                return; // A cold run says nothing about the usual time.
            }

            Usual usual = UsualOf(context);
            usual.Times.Add(Math.Max(0, seconds));
            if (--usual.UntilRefresh <= 0)
            {
                double share = Math.Max(_options.Quantile, 1 - (Ordinary * _options.MaxExtra));
                (usual.Seconds, usual.UntilRefresh) = (usual.Times.Quantile(share) * Above, Refresh);
                if (usual.Times.Count > Recent)
                {
                    usual.Times.Age(0.5);
                }
            }
        }
    }

    Usual UsualOf(BlockContext context)
    {
        string device = context.Lease?.Device.Name ?? "";
        return _devices.TryGetValue(device, out Usual? usual) ? usual : _devices[device] = new Usual { UntilRefresh = _options.LearnFrom };
    }

    sealed class Usual
    {
        public LatencySketch Times { get; } = new();

        public double Seconds { get; set; }

        public int UntilRefresh { get; set; }
    }
}
