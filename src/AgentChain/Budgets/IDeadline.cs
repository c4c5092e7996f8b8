namespace AgentChain.Budgets;

/// <summary>Something with a deadline, threaded into the wheel's lists without an allocation of its own.</summary>
interface IDeadline
{
    /// <summary>The wheel's own; guarded by the watcher's lock.</summary>
    ref DeadlineLinks Links { get; }

    /// <summary>Called once when the deadline has passed, on the deadline thread: must be short and never throw.</summary>
    void OnDue(long now);
}
