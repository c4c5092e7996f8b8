using AgentChain.Budgets;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>Calls a block's commit hooks, with a timeout.</summary>
sealed class CommitHookInvocation : DeadlineEntry
{
    readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _timeUp;
    readonly Attempt _attempt;
    readonly string _name;

    CommitHookInvocation(Attempt attempt, string name, CancellationToken token)
    {
        (_attempt, _name) = (attempt, name);
        _timeUp = CancellationTokenSource.CreateLinkedTokenSource(token);
    }

    /// <summary>
    /// Notifies the block that its run is committed or, in a warm-up, which commits nothing, that the run was discarded after all.
    /// </summary>
    /// <param name="attempt">The run, whose notification is claimed; in a warm-up, it has ended.</param>
    /// <returns>False if the hook, and with it the turn, failed.</returns>
    public static Task<bool> CommittedAsync(Attempt attempt) => attempt.Context.Turn.IsWarmUp
        ? TerminatedAsync(attempt)
        : new CommitHookInvocation(attempt, nameof(ICommitHooks.OnCommittedAsync), attempt.Context.Turn.Token).RunAsync(
            static (hooks, context, token) => hooks.OnCommittedAsync(context, token));

    /// <summary>Notifies the block of a stream's run before its items are handed on; in a warm-up, it is too early for that.</summary>
    /// <returns>False if the hook, and with it the turn, failed.</returns>
    public static ValueTask<bool> BeforeItemsAsync(Attempt attempt) =>
        !attempt.Context.Turn.IsWarmUp && attempt.ClaimTelling() ? new(CommittedAsync(attempt)) : new(true);

    /// <summary>Notifies the block of a stream's run in a warm-up, after its last item was handed on.</summary>
    /// <returns>False if the hook, and with it the turn, failed.</returns>
    public static ValueTask<bool> AfterItemsAsync(Attempt attempt) =>
        attempt.Context.Turn.IsWarmUp && attempt.ClaimTelling() ? new(CommittedAsync(attempt)) : new(true);

    /// <summary>Notifies the block that its run, which has ended, was discarded.</summary>
    /// <returns>False if the hook, and with it the turn, failed.</returns>
    public static Task<bool> TerminatedAsync(Attempt attempt) =>
        new CommitHookInvocation(attempt, nameof(ICommitHooks.OnTerminatedAsync), CancellationToken.None).RunAsync(
            static (hooks, context, token) => hooks.OnTerminatedAsync(context, token));

    internal override void OnDue(long now) => Fail(_attempt.Gate.Node.Broke(
        $"has not returned from {_name} after {OptionCheck.Ms(_attempt.Gate.Plan.Options.HookTimeout)}; shorten the hook or raise SpeculationOptions.HookTimeout."));

    Task<bool> RunAsync(Func<ICommitHooks, BlockContext, CancellationToken, ValueTask> hook)
    {
        ChainRuntime runtime = _attempt.Gate.Runtime;
        long timeout = BudgetClock.ToTicks(_attempt.Gate.Plan.Options.HookTimeout, runtime.Time.TimestampFrequency);
        runtime.Watcher.Add(this, BudgetClock.Later(runtime.Now, timeout));
        runtime.Queue(this, call => call.CallAsync(hook));
        return _done.Task;
    }

    async Task CallAsync(Func<ICommitHooks, BlockContext, CancellationToken, ValueTask> hook)
    {
        TurnCore turn = _attempt.Context.Turn;
        try
        {
            TraceStep about = _attempt.Run ?? TraceStep.At(turn, _attempt.Gate.Node, _attempt.Context.Cause, _attempt);
            await hook(_attempt.Gate.Hooks!, new BlockContext(about), _timeUp.Token).AsGuardedTask();
            _done.TrySetResult(true);
        }
        catch (Exception error)
        {
            Fail(new BlockFailedException(_attempt.Gate.Node.Name, error));
        }
        finally
        {
            _attempt.Gate.Runtime.Watcher.Remove(this);
        }
    }

    void Fail(BlockFailedException error)
    {
        if (_done.TrySetResult(false))
        {
            _attempt.Context.Turn.TryEnd(TurnOutcome.Failed, error);
            _attempt.Gate.Runtime.Watcher.Cancel(_timeUp);
        }
    }
}
