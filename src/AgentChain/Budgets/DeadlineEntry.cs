namespace AgentChain.Budgets;

/// <summary>The base class of objects with a deadline.</summary>
abstract class DeadlineEntry : IDeadline
{
    DeadlineLinks _links;

    ref DeadlineLinks IDeadline.Links => ref _links;

    void IDeadline.OnDue(long now) => OnDue(now);

    internal abstract void OnDue(long now);
}
