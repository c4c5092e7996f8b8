namespace AgentChain;

/// <summary>
/// Enforces the rule for all code that can start on a host's thread: no continuation returns to the host's
/// <see cref="SynchronizationContext"/>, because a host may block that thread until the turn has ended. Continuations do return to a
/// non-default task scheduler, such as that of virtual time, as any await without a synchronization context does.
/// </summary>
static class HostThread
{
    /// <summary>
    /// Leaves the caller's synchronization context. Call it at the start of an asynchronous method and, in an asynchronous iterator, also
    /// after each <c>yield return</c>: .NET restores the caller's context when they return to the caller.
    /// </summary>
    public static void Leave()
    {
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    /// <summary>
    /// Leaves the caller's synchronization context until the returned value is disposed on the same thread. For synchronous methods.
    /// </summary>
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
