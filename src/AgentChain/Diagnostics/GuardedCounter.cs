using System.Diagnostics.Metrics;

namespace AgentChain.Diagnostics;

/// <summary>A counter that handles the exceptions of its listeners.</summary>
/// <param name="counter">The counter, or <see langword="null"/> if it could not be published.</param>
/// <param name="guard">The guard that reports exceptions of listeners.</param>
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
