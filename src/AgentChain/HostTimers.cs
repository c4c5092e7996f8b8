namespace AgentChain;

/// <summary>Stops timers of a host's clock, which can throw.</summary>
static class HostTimers
{
    /// <summary>Disposes a timer. What it throws is ignored, because what it fires does nothing any more.</summary>
    /// <param name="timer">The timer; null for none.</param>
    public static void Stop(this ITimer? timer)
    {
        try
        {
            timer?.Dispose();
        }
        catch (Exception)
        {
            // The rest of a disposal goes on.
        }
    }
}
