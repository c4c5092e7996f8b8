namespace AgentChain.Simulation;

/// <summary>Summarizes a trace: how many arrivals, how fast, how bursty, and how long. Immutable.</summary>
public sealed class ArrivalSummary
{
    internal ArrivalSummary()
    {
    }

    /// <summary>Gets the number of arrivals.</summary>
    public long Count { get; internal init; }

    /// <summary>Gets the time from the first arrival to the last one.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Gets the mean number of arrivals in a second.</summary>
    /// <value>0 if all arrivals are at one time.</value>
    public double Rate { get; internal init; }

    /// <summary>
    /// Gets the coefficient of variation of the times between two arrivals: 0 for a steady beat, 1 for a Poisson process, more for bursts.
    /// </summary>
    public double Variation { get; internal init; }

    /// <summary>Gets the mean number of tokens of a prompt.</summary>
    public double InputTokens { get; internal init; }

    /// <summary>Gets the mean number of tokens of an answer.</summary>
    public double OutputTokens { get; internal init; }

    /// <summary>Gets a value that indicates whether requests wait for others.</summary>
    public bool HasDependencies { get; internal init; }

    internal static ArrivalSummary Of(IEnumerable<Arrival> arrivals)
    {
        long count = 0;
        double input = 0, output = 0, mean = 0, squares = 0;
        TimeSpan first = TimeSpan.MaxValue, last = TimeSpan.Zero;
        TimeSpan? before = null;
        long gaps = 0;
        bool waits = false;
        foreach (Arrival arrival in arrivals)
        {
            count++;
            input += arrival.InputTokens;
            output += arrival.OutputTokens;
            waits |= arrival.WaitFor.Count > 0;
            if (arrival.WaitFor.Count > 0)
            {
                continue;
            }

            (first, last) = (arrival.Time < first ? arrival.Time : first, arrival.Time > last ? arrival.Time : last);
            if (before is { } earlier)
            {
                double gap = (arrival.Time - earlier).TotalSeconds;
                double distance = gap - mean;
                mean += distance / ++gaps;
                squares += distance * (gap - mean);
            }

            before = arrival.Time;
        }

        TimeSpan duration = last > first ? last - first : TimeSpan.Zero;
        return new()
        {
            Count = count,
            Duration = duration,
            Rate = duration > TimeSpan.Zero ? (waits ? count : count - 1) / duration.TotalSeconds : 0,
            Variation = mean > 0 ? Math.Sqrt(squares / gaps) / mean : 0,
            InputTokens = count > 0 ? input / count : 0,
            OutputTokens = count > 0 ? output / count : 0,
            HasDependencies = waits,
        };
    }
}
