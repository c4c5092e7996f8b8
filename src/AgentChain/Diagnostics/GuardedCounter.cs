using System.Diagnostics.Metrics;

namespace AgentChain.Diagnostics;

/// <summary>A counter whose listeners may throw.</summary>
/// <param name="counter">The counter; <see langword="null"/> where it could not be published.</param>
/// <param name="guard">Takes what a listener throws.</param>
sealed class GuardedCounter<T>(Counter<T>? counter, TelemetryGuard guard)
    where T : struct
{
    public void Add(T value, KeyValuePair<string, object?> tag1, KeyValuePair<string, object?> tag2)
    {
        if (counter is not { Enabled: true })
        {
            return;
        }

        try
        {
            counter.Add(value, tag1, tag2);
        }
        catch (Exception error)
        {
            guard.Failed(TelemetryCall.Measure, error);
        }
    }

    public void Add(T value, KeyValuePair<string, object?>[] tags)
    {
        if (counter is not { Enabled: true })
        {
            return;
        }

        try
        {
            counter.Add(value, tags);
        }
        catch (Exception error)
        {
            guard.Failed(TelemetryCall.Measure, error);
        }
    }
}
