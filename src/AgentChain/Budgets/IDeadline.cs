namespace AgentChain.Budgets;

/// <summary>An object with a deadline. It is its own node in the wheel's linked lists, which saves an allocation.</summary>
interface IDeadline
{
    /// <summary>The links that only the wheel uses. Guarded by the watcher's lock.</summary>
    ref DeadlineLinks Links { get; }

    /// <summary>Called once on the deadline thread after the deadline has passed. Must be short and must not throw.</summary>
    void OnDue(long now);
}
