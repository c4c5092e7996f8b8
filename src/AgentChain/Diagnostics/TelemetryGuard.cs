using System.Diagnostics;

namespace AgentChain.Diagnostics;

/// <summary>
/// Calls a host's listeners. An exception of theirs never decides a turn and never reaches a caller: it is logged, once for each kind of
/// call, and the measurement or the span is lost.
/// </summary>
sealed class TelemetryGuard(string chain, ChainLog log)
{
    int _reported;

    /// <summary>Reports that a listener threw, unless one has thrown in the same kind of call before.</summary>
    public void Failed(TelemetryCall call, Exception error)
    {
        int bit = 1 << (int)call;
        if ((Interlocked.Or(ref _reported, bit) & bit) == 0)
        {
            log.TelemetryFailed(chain, call, error.GetType().FullName);
        }
    }

    /// <summary>Creates something that listeners are told of; <see langword="null"/> when one of them threw.</summary>
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

    /// <summary>Starts a span and makes it current; <see langword="null"/> when nothing listens or it could not be started.</summary>
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

            // A listener that throws when it is told of the span does so once the span is current: it has begun for all others.
            Activity? begun = Activity.Current;
            return ReferenceEquals(begun, outside) || !ReferenceEquals(begun?.Source, source) ? null : begun;
        }
    }

    /// <summary>Stops a span. Where it is current, the one before it is current afterwards.</summary>
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
                // The exception came before the span gave way. Blocks run under no span but their own, so there was none before it.
                MakeCurrent(null);
            }
        }
    }

    /// <summary>Makes a span current. A host's handler of <see cref="Activity.CurrentChanged"/> that throws does so once it is.</summary>
    public static void MakeCurrent(Activity? activity)
    {
        try
        {
            Activity.Current = activity;
        }
        catch (Exception)
        {
            // It is current all the same, and the handler is the host's own to look after.
        }
    }
}
