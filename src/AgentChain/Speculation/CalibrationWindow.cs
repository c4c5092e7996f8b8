namespace AgentChain.Speculation;

/// <summary>
/// The most recent requests of one block that were worth starting: how many were expected to come true, and how many did. Not thread-safe.
/// </summary>
sealed class CalibrationWindow
{
    readonly (double Probability, bool CameTrue)[] _last;
    readonly int _least;
    readonly double _deviations;
    readonly double _tolerance;
    int _count;
    int _next;
    double _expected;
    double _variance;
    int _hits;

    public CalibrationWindow(int size, double deviations, double tolerance)
    {
        _last = new (double, bool)[size];
        _least = Math.Min(size, Math.Max(10, size / 4));
        (_deviations, _tolerance) = (deviations, tolerance);
    }

    /// <summary>
    /// Whether so few hypotheses came true that chance does not explain it. More than expected is not a reason to stop, and the estimator
    /// learns from it anyway.
    /// </summary>
    public bool HasDrifted { get; private set; }

    public void Add(double probability, bool cameTrue)
    {
        if (_count == _last.Length)
        {
            Count(_last[_next], -1);
        }
        else
        {
            _count++;
        }

        _last[_next] = (probability, cameTrue);
        Count(_last[_next], 1);
        _next = (_next + 1) % _last.Length;
        double missing = _expected - _hits;
        HasDrifted = _count >= _least && missing > (_deviations * Math.Sqrt(Math.Max(_variance, 0))) + (_tolerance * _count);
    }

    void Count(in (double Probability, bool CameTrue) entry, int sign)
    {
        _expected += sign * entry.Probability;
        _variance += sign * entry.Probability * (1 - entry.Probability);
        _hits += entry.CameTrue ? sign : 0;
    }
}
