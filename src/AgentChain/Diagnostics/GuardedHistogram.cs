using System.Diagnostics.Metrics;

namespace AgentChain.Diagnostics;

/// <summary>A histogram whose listeners may throw.</summary>
/// <param name="histogram">The histogram; <see langword="null"/> where it could not be published.</param>
/// <param name="guard">Takes what a listener throws.</param>
sealed class GuardedHistogram(Histogram<double>? histogram, TelemetryGuard guard)
{
    /// <summary>Gets whether anything listens.</summary>
    public bool Enabled => histogram is { Enabled: true };

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
