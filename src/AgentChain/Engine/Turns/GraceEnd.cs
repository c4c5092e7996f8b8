using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>The end of the grace period of one run, which detaches it if it did not respect the cancellation token in time.</summary>
sealed class GraceEnd(TraceStep run) : DeadlineEntry
{
    internal override void OnDue(long now) => run.Detach();
}
