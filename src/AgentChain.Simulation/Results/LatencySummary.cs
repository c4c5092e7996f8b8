using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Summarizes times: their number, mean and percentiles. Percentiles are within 1 percent. Immutable.</summary>
[DebuggerDisplay("{Count}, median {P50.TotalMilliseconds} ms")]
public sealed class LatencySummary
{
    readonly LatencyTally _tally;

    internal LatencySummary(LatencyTally tally) => _tally = tally;

    /// <summary>The summary of no times.</summary>
    internal static LatencySummary None { get; } = new(new LatencyTally());

    /// <summary>Gets the number of times.</summary>
    public long Count => _tally.Count;

    /// <summary>Gets the mean; zero if there are no times.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : new((long)(_tally.SumTicks / Count));

    /// <summary>Gets the sum of the times.</summary>
    public TimeSpan Sum => new((long)_tally.SumTicks);

    /// <summary>Gets the shortest time; zero if there are no times.</summary>
    public TimeSpan Min => Count == 0 ? TimeSpan.Zero : new(_tally.Least);

    /// <summary>Gets the longest time; zero if there are no times.</summary>
    public TimeSpan Max => new(_tally.Most);

    /// <summary>Gets the median.</summary>
    public TimeSpan P50 => _tally.Quantile(0.5);

    /// <summary>Gets the time that 90 percent of the times do not exceed.</summary>
    public TimeSpan P90 => _tally.Quantile(0.9);

    /// <summary>Gets the time that 95 percent of the times do not exceed.</summary>
    public TimeSpan P95 => _tally.Quantile(0.95);

    /// <summary>Gets the time that 99 percent of the times do not exceed.</summary>
    public TimeSpan P99 => _tally.Quantile(0.99);

    /// <summary>Gets the time that 99.9 percent of the times do not exceed.</summary>
    public TimeSpan P999 => _tally.Quantile(0.999);

    /// <summary>Returns the time that a part of the times do not exceed.</summary>
    /// <param name="part">The part, from 0 to 1.</param>
    /// <returns>The time; zero if there are no times.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not from 0 to 1.</exception>
    public TimeSpan Percentile(double part) => _tally.Quantile(OptionCheck.Within(part, 0, 1, nameof(part)));

    internal static LatencySummary Of(IEnumerable<LatencySummary> parts)
    {
        var sum = new LatencyTally();
        foreach (LatencySummary part in parts)
        {
            sum.Add(part._tally);
        }

        return new(sum);
    }

    internal double ShareUpTo(TimeSpan limit) => Count == 0 ? 0 : _tally.CountUpTo(limit) / Count;
}
