namespace AgentChain;

/// <summary>Raises events whose handlers are the host's code.</summary>
static class HostEvents
{
    /// <summary>Calls each handler, also if others throw.</summary>
    /// <typeparam name="TArgs">The type of the event's data.</typeparam>
    /// <param name="handlers">The handlers; null for none.</param>
    /// <param name="sender">The source of the event.</param>
    /// <param name="args">The event's data.</param>
    /// <param name="failed">Is given what a handler throws; null to ignore it.</param>
    public static void Raise<TArgs>(EventHandler<TArgs>? handlers, object? sender, TArgs args, Action<Exception>? failed = null)
    {
        foreach (EventHandler<TArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(sender, args);
            }
            catch (Exception error)
            {
                failed?.Invoke(error);
            }
        }
    }
}
