namespace AgentChain.Speculation;

/// <summary>
/// Provides a token bucket over useful device time: a conversation can waste a share of the device time that it used. Thread-safe.
/// </summary>
public sealed class WasteBudget
{
    readonly Lock _lock = new();
    readonly double _share;
    readonly double _most;
    double _left;

    /// <summary>Initializes a full bucket.</summary>
    /// <param name="share">The device time that can be wasted for each unit of useful device time; 0 or more.</param>
    /// <param name="burst">The capacity of the bucket, which is also its initial content; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public WasteBudget(double share, TimeSpan burst)
    {
        OptionCheck.NotNegative(share, nameof(share));
        OptionCheck.NotNegative(burst, nameof(burst));
        (_share, _most, _left) = (share, burst.TotalSeconds, burst.TotalSeconds);
    }

    /// <summary>Gets the remaining budget. It is negative if more was wasted than was available.</summary>
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

    /// <summary>Gets the fill level of the bucket, 0 to 1.</summary>
    public double Level => State.Level;

    /// <summary>Gets the remaining budget, in seconds, and the fill level at the same instant.</summary>
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

    /// <summary>Adds the share of useful device time to the budget.</summary>
    /// <param name="useful">The useful device time.</param>
    internal void Earn(TimeSpan useful)
    {
        lock (_lock)
        {
            _left = Math.Min(_most, _left + (useful.TotalSeconds * _share));
        }
    }

    /// <summary>Subtracts wasted device time from the budget.</summary>
    /// <param name="wasted">The wasted device time.</param>
    internal void Spend(TimeSpan wasted)
    {
        lock (_lock)
        {
            _left -= wasted.TotalSeconds;
        }
    }
}
