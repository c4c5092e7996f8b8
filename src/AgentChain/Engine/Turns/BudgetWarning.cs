using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>The time at which a share of a turn's budget, or of a run's, is gone.</summary>
sealed class BudgetWarning(TurnCore turn, TraceStep? run, BudgetLimit limit, TimeSpan budget, long start) : DeadlineEntry
{
    internal override void OnDue(long now)
    {
        bool hasOutput = run?.HasOutput ?? turn.FirstOutputAt != 0;
        if (!turn.IsOver && run is null or { IsRunning: true, IsOver: false } && !(limit == BudgetLimit.FirstOutput && hasOutput))
        {
            turn.Runtime.BudgetEvents.TellWarning(turn, run?.Node.Name, limit, budget, start);
        }
    }
}
