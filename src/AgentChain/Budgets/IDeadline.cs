namespace AgentChain.Budgets;

/// <summary>Something with a deadline, threaded into the wheel's lists without an allocation of its own.</summary>
interface IDeadline
{
    /// <summary>The wheel's own; guarded by the watcher's lock.</summary>
    ref DeadlineLinks Links { get; }

    /// <summary>Called once when the deadline has passed, on the deadline thread: must be short and never throw.</summary>
    void OnDue(long now);
}

/// <summary>An entry's place in the wheel.</summary>
struct DeadlineLinks
{
    public IDeadline? Previous;
    public IDeadline? Next;
    public long Due;

    /// <summary>One more than the slot's index; 0 when not in the wheel.</summary>
    public int Slot;

    public readonly bool IsWaiting => Slot != 0;
}

/// <summary>Something with a deadline that is a class of its own.</summary>
abstract class DeadlineEntry : IDeadline
{
    DeadlineLinks _links;

    ref DeadlineLinks IDeadline.Links => ref _links;

    void IDeadline.OnDue(long now) => OnDue(now);

    internal abstract void OnDue(long now);
}
