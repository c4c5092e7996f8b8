using System.Diagnostics;

namespace AgentChain.Diagnostics;

/// <summary>
/// Calls a host's listeners. An exception in a listener never affects a turn and never reaches a caller: it is logged once for each kind
/// of call, and the measurement or the span is lost.
/// </summary>
sealed class TelemetryGuard(string chain, ChainLog log)
{
    int _reported;

    /// <summary>Logs that a listener threw, unless the same kind of call has already failed.</summary>
    public void Failed(TelemetryCall call, Exception error)
    {
        int bit = 1 << (int)call;
        if ((Interlocked.Or(ref _reported, bit) & bit) == 0)
        {
            log.TelemetryFailed(chain, call, error.GetType().FullName);
        }
    }

    /// <summary>Creates an object that is published to listeners. Returns <see langword="null"/> if a listener threw.</summary>
    public T? Create<T>(Func<T> create)
        where T : class
    {
        try
        {
            return create();
        }
        catch (Exception error)
        {
            Failed(TelemetryCall.Publish, error);
            return null;
        }
    }

    /// <summary>
    /// Starts a span and makes it current. Returns <see langword="null"/> if there is no listener or the span could not be started.
    /// </summary>
    public Activity? Start(ActivitySource source, string name, ActivityContext parent)
    {
        Activity? outside = Activity.Current;
        try
        {
            return source.StartActivity(name, ActivityKind.Internal, parent);
        }
        catch (Exception error)
        {
            Failed(TelemetryCall.StartSpan, error);

            // A listener that throws in ActivityStarted does so after the span became current: for all others it has started.
            Activity? begun = Activity.Current;
            return ReferenceEquals(begun, outside) || !ReferenceEquals(begun?.Source, source) ? null : begun;
        }
    }

    /// <summary>Stops a span. If it is current, its predecessor becomes current.</summary>
    public void Stop(Activity? activity)
    {
        if (activity is null)
        {
            return;
        }

        try
        {
            activity.Stop();
        }
        catch (Exception error)
        {
            Failed(TelemetryCall.StopSpan, error);
            if (ReferenceEquals(Activity.Current, activity))
            {
                // The listener threw before the predecessor became current. A block's span has no predecessor, so null is right.
                MakeCurrent(null);
            }
        }
    }

    /// <summary>Makes a span current, even if a host's handler of <see cref="Activity.CurrentChanged"/> throws.</summary>
    public static void MakeCurrent(Activity? activity)
    {
        try
        {
            Activity.Current = activity;
        }
        catch (Exception)
        {
            // The span is already current when the handler runs, and the handler is the host's responsibility.
        }
    }
}
