namespace AgentChain.Speculation;

/// <summary>
/// A token bucket over useful device time: what a conversation may waste on speculation is a part of what it used. Thread-safe.
/// </summary>
public sealed class WasteBudget
{
    readonly Lock _lock = new();
    readonly double _share;
    readonly double _most;
    double _left;

    /// <summary>Makes a full bucket.</summary>
    /// <param name="share">How much may be wasted for each unit of useful device time; 0 or more.</param>
    /// <param name="burst">The most that can be saved up, and what there is at first; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public WasteBudget(double share, TimeSpan burst)
    {
        OptionCheck.NotNegative(share, nameof(share));
        OptionCheck.NotNegative(burst, nameof(burst));
        (_share, _most, _left) = (share, burst.TotalSeconds, burst.TotalSeconds);
    }

    /// <summary>Gets what may still be wasted; negative when more was wasted than there was.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromSeconds(_left);
            }
        }
    }

    /// <summary>Gets how full the bucket is, 0 to 1.</summary>
    public double Level => State.Level;

    /// <summary>Gets what is left, in seconds, and how full that makes the bucket, as of one instant.</summary>
    internal (double Left, double Level) State
    {
        get
        {
            lock (_lock)
            {
                return (_left, _most > 0 ? Math.Clamp(_left / _most, 0, 1) : 0);
            }
        }
    }

    /// <summary>Adds the share of device time that was of use.</summary>
    /// <param name="useful">The device time.</param>
    public void Earn(TimeSpan useful)
    {
        lock (_lock)
        {
            _left = Math.Min(_most, _left + (useful.TotalSeconds * _share));
        }
    }

    /// <summary>Takes device time that was wasted.</summary>
    /// <param name="wasted">The device time.</param>
    public void Spend(TimeSpan wasted)
    {
        lock (_lock)
        {
            _left -= wasted.TotalSeconds;
        }
    }
}
