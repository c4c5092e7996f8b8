using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Tells the host's handlers that a share of a budget is gone, or that it was exceeded. Handlers run on the chain's scheduler, one after the
/// other for each event; they delay no turn, and what they throw is logged. Thread-safe.
/// </summary>
sealed class BudgetEvents(ChainRuntime runtime)
{
    /// <summary>The object that handlers get as the sender.</summary>
    public object? Sender { get; set; }

    public event EventHandler<BudgetEventArgs>? Warning;

    public event EventHandler<BudgetEventArgs>? Exceeded;

    /// <summary>Returns the warnings of a budget that begins to count; none while there is no listener.</summary>
    public BudgetWarnings Begin(in LatencyBudget budget) => Warning is null ? BudgetWarnings.None
        : (budget.FirstOutputLimit is null ? BudgetWarnings.None : BudgetWarnings.FirstOutput)
            | (budget.TotalLimit is null ? BudgetWarnings.None : BudgetWarnings.Total);

    /// <summary>Returns the time of the next warning.</summary>
    /// <param name="left">The warnings that are still to come.</param>
    /// <param name="budget">The budget.</param>
    /// <param name="start">The time from which it counts.</param>
    public long NextAt(BudgetWarnings left, in LatencyBudget budget, long start) => Math.Min(
        (left & BudgetWarnings.FirstOutput) != 0 ? At(budget.FirstOutputLimit, start) : BudgetClock.Never,
        (left & BudgetWarnings.Total) != 0 ? At(budget.TotalLimit, start) : BudgetClock.Never);

    /// <summary>Tells the warnings that are due, each once, whichever thread comes first.</summary>
    /// <param name="left">The warnings that are still to come; the due ones are removed.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="block">The block whose budget it is; null for that of the turn.</param>
    /// <param name="budget">The budget.</param>
    /// <param name="start">The time from which it counts.</param>
    /// <param name="now">The time.</param>
    /// <param name="hasOutput">Whether the first output has come.</param>
    public void TellDue(
        ref BudgetWarnings left, TurnCore turn, string? block, in LatencyBudget budget, long start, long now, bool hasOutput)
    {
        if (TryTake(ref left, BudgetWarnings.FirstOutput, At(budget.FirstOutputLimit, start), now) && !hasOutput)
        {
            Tell(Warning, turn, block, BudgetLimit.FirstOutput, budget.FirstOutputLimit ?? default, start);
        }

        if (TryTake(ref left, BudgetWarnings.Total, At(budget.TotalLimit, start), now))
        {
            Tell(Warning, turn, block, BudgetLimit.Total, budget.TotalLimit ?? default, start);
        }
    }

    /// <summary>Tells that a budget was exceeded.</summary>
    public void TellExceeded(TurnCore turn, string? block, BudgetLimit limit, TimeSpan budget, long start) =>
        Tell(Exceeded, turn, block, limit, budget, start);

    static bool TryTake(ref BudgetWarnings left, BudgetWarnings warning, long at, long now)
    {
        BudgetWarnings seen = left;
        return (seen & warning) != 0 && at <= now && Interlocked.CompareExchange(ref left, seen & ~warning, seen) == seen;
    }

    long At(TimeSpan? limit, long start) => limit is { } time
        ? BudgetClock.Later(start, BudgetClock.ToTicks(time * runtime.Settings.WarningShare, runtime.Time.TimestampFrequency))
        : BudgetClock.Never;

    void Tell(EventHandler<BudgetEventArgs>? handlers, TurnCore turn, string? block, BudgetLimit limit, TimeSpan budget, long start)
    {
        if (handlers is null)
        {
            return;
        }

        var args = new BudgetEventArgs(turn.Id, block, limit, budget, runtime.Time.GetElapsedTime(start, runtime.Now));

        // Not on this thread, which may be the one of the deadlines.
        _ = Task.Factory.StartNew(
            () => Call(handlers, args), CancellationToken.None, TaskCreationOptions.DenyChildAttach, runtime.Scheduler);
    }

    void Call(EventHandler<BudgetEventArgs> handlers, BudgetEventArgs args) => HostEvents.Raise(
        handlers, Sender, args, error => runtime.Log.HandlerFailed(runtime.Name, args.TurnId.Value, error.GetType().FullName));
}
