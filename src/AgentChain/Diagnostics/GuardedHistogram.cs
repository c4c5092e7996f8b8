using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentChain.Diagnostics;

/// <summary>A histogram that handles the exceptions of its listeners.</summary>
/// <param name="histogram">The histogram, or <see langword="null"/> if it could not be published.</param>
/// <param name="guard">The guard that reports exceptions of listeners.</param>
sealed class GuardedHistogram(Histogram<double>? histogram, TelemetryGuard guard)
{
    /// <summary>Whether the histogram has a listener.</summary>
    public bool Enabled => histogram is { Enabled: true };

    public void Record(double value, in TagList tags)
    {
        try
        {
            histogram?.Record(value, tags);
        }
        catch (Exception error)
        {
            guard.Failed(TelemetryCall.Measure, error);
        }
    }

    public void Record(double value, KeyValuePair<string, object?> tag)
    {
        try
        {
            histogram?.Record(value, tag);
        }
        catch (Exception error)
        {
            guard.Failed(TelemetryCall.Measure, error);
        }
    }

    public void Record(double value, KeyValuePair<string, object?> tag1, KeyValuePair<string, object?> tag2)
    {
        try
        {
            histogram?.Record(value, tag1, tag2);
        }
        catch (Exception error)
        {
            guard.Failed(TelemetryCall.Measure, error);
        }
    }

    public void Record(
        double value, KeyValuePair<string, object?> tag1, KeyValuePair<string, object?> tag2, KeyValuePair<string, object?> tag3)
    {
        try
        {
            histogram?.Record(value, tag1, tag2, tag3);
        }
        catch (Exception error)
        {
            guard.Failed(TelemetryCall.Measure, error);
        }
    }
}
