using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Turns;

/// <summary>A side table of budgets for turns that have one of their own, so that other turns carry no field for it. Thread-safe.</summary>
sealed class OwnBudgets
{
    ConditionalWeakTable<TimedTurn, Entry>? _budgets;

    /// <summary>Adds the budget of a turn.</summary>
    public void Add(TimedTurn turn, LatencyBudget budget) =>
        (Volatile.Read(ref _budgets) ?? Interlocked.CompareExchange(ref _budgets, [], null) ?? _budgets).Add(turn, new Entry(budget));

    /// <summary>Returns the budget of a turn that has one.</summary>
    public LatencyBudget Of(TimedTurn turn) =>
        Volatile.Read(ref _budgets)!.TryGetValue(turn, out Entry? entry) ? entry.Budget : LatencyBudget.None;

    sealed record Entry(LatencyBudget Budget);
}
