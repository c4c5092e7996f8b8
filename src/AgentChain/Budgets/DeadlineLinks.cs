namespace AgentChain.Budgets;

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
