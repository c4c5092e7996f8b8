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

    /// <summary>Watches the share of the limits of a budget that began to count. Does nothing while nobody listens.</summary>
    public void Watch(TurnCore turn, TraceStep? run, in LatencyBudget budget, long start)
    {
        if (Warning is null)
        {
            return;
        }

        Watch(turn, run, BudgetLimit.FirstOutput, budget.FirstOutputLimit, start);
        Watch(turn, run, BudgetLimit.Total, budget.TotalLimit, start);
    }

    /// <summary>Tells that a budget was exceeded.</summary>
    public void TellExceeded(TurnCore turn, string? block, BudgetLimit limit, TimeSpan budget, long start) =>
        Tell(Exceeded, turn, block, limit, budget, start);

    /// <summary>Tells that a share of a budget is gone.</summary>
    public void TellWarning(TurnCore turn, string? block, BudgetLimit limit, TimeSpan budget, long start) =>
        Tell(Warning, turn, block, limit, budget, start);

    void Watch(TurnCore turn, TraceStep? run, BudgetLimit limit, TimeSpan? budget, long start)
    {
        if (budget is { } time)
        {
            long ticks = BudgetClock.ToTicks(time * runtime.Settings.WarningShare, runtime.Time.TimestampFrequency);
            runtime.Watcher.Add(new BudgetWarning(turn, run, limit, time, start), BudgetClock.Later(start, ticks));
        }
    }

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

    void Call(EventHandler<BudgetEventArgs> handlers, BudgetEventArgs args)
    {
        foreach (EventHandler<BudgetEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(Sender, args);
            }
            catch (Exception error)
            {
                runtime.Log.HandlerFailed(runtime.Name, args.TurnId.Value, error.GetType().FullName);
            }
        }
    }
}
