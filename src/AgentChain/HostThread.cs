namespace AgentChain;

/// <summary>
/// The rule for everything that may begin on a host's thread: nothing ever comes back to its <see cref="SynchronizationContext"/>, for a
/// host may block that thread until the turn is over. It does come back to a task scheduler other than the default, such as the one of
/// virtual time, as an await without a synchronization context does by itself.
/// </summary>
static class HostThread
{
    /// <summary>
    /// Leaves the caller's synchronization context. For the beginning of an asynchronous method, and of an asynchronous iterator also after
    /// each <c>yield return</c>: when they return to their caller, .NET puts its context back.
    /// </summary>
    public static void Leave()
    {
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    /// <summary>Leaves the caller's synchronization context until what is returned is disposed, on the same thread; for synchronous methods.</summary>
    public static Absence LeaveForNow()
    {
        var absence = new Absence(SynchronizationContext.Current);
        Leave();
        return absence;
    }

    public readonly ref struct Absence(SynchronizationContext? from)
    {
        public void Dispose()
        {
            if (from is not null)
            {
                SynchronizationContext.SetSynchronizationContext(from);
            }
        }
    }
}
