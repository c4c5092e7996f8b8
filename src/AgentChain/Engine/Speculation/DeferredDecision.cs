using AgentChain.Budgets;
using AgentChain.Engine.Links;

namespace AgentChain.Engine.Speculation;

/// <summary>A decision that the controller has postponed.</summary>
sealed class DeferredDecision<TIn>(EntryGate<TIn> gate, in Envelope<TIn> envelope, object? key) : DeadlineEntry
{
    public Envelope<TIn> Envelope { get; } = envelope;

    public object? Key => key;

    public static void Set(
        EntryGate<TIn> gate, GateState<TIn> state, in Envelope<TIn> envelope, object? key, TimeSpan wait, TurnSpeculation speculation)
    {
        var later = new DeferredDecision<TIn>(gate, envelope, key);
        state.Later = later;
        long due = BudgetClock.Later(
            gate.Runtime.Now, Math.Max(1, BudgetClock.ToTicks(wait, gate.Runtime.Time.TimestampFrequency)));
        speculation.Do(() => gate.Runtime.Watcher.Add(later, due));
    }

    internal override void OnDue(long now) => gate.Runtime.Queue(this, static later =>
    {
        later.Ask();
        return Task.CompletedTask;
    });

    void Ask() => gate.AskAgain(this);
}
