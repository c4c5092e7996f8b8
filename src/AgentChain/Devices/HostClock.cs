namespace AgentChain.Devices;

/// <summary>Reads a clock of the host's, which can throw: a lease must be given and taken back all the same.</summary>
static class HostClock
{
    /// <summary>Returns the time; 0 if the clock throws.</summary>
    public static long Now(this TimeProvider time)
    {
        try
        {
            return time.GetTimestamp();
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>Returns the time between two timestamps; zero if the clock throws.</summary>
    public static TimeSpan Between(this TimeProvider time, long from, long until)
    {
        try
        {
            return time.GetElapsedTime(from, until);
        }
        catch (Exception)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>Returns a time as ticks of the clock; 0 if the clock throws.</summary>
    public static long Ticks(this TimeProvider time, TimeSpan span)
    {
        try
        {
            return (long)(span.TotalSeconds * time.TimestampFrequency);
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>Creates a timer; null if the clock throws.</summary>
    public static ITimer? Timer(this TimeProvider time, TimerCallback callback, TimeSpan due, TimeSpan period)
    {
        try
        {
            return time.CreateTimer(callback, null, due, period);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
