namespace AgentChain.Budgets;

/// <summary>Something with a deadline that is a class of its own.</summary>
abstract class DeadlineEntry : IDeadline
{
    DeadlineLinks _links;

    ref DeadlineLinks IDeadline.Links => ref _links;

    void IDeadline.OnDue(long now) => OnDue(now);

    internal abstract void OnDue(long now);
}
