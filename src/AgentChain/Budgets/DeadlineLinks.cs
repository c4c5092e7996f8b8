namespace AgentChain.Budgets;

/// <summary>The position of an entry in the wheel.</summary>
struct DeadlineLinks
{
    public IDeadline? Previous;
    public IDeadline? Next;
    public long Due;

    /// <summary>The index of the slot plus 1, or 0 if the entry is not in the wheel.</summary>
    public int Slot;

    public readonly bool IsWaiting => Slot != 0;
}
