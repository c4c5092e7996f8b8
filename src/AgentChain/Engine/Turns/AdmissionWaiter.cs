using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>
/// A turn that waits for room in its chain, until there is room, its budget ends, the chain closes or its caller gives up.
/// </summary>
/// <param name="runtime">The chain.</param>
/// <param name="due">The time at which the turn's budget ends.</param>
sealed class AdmissionWaiter(ChainRuntime runtime, long due) : DeadlineEntry
{
    // A leaving turn must not run the admitted one inline: that one may end and admit the next, and so on.
    readonly TaskCompletionSource<AdmissionResult> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The node in the list of waiting turns; guarded by the lock of that list.</summary>
    public LinkedListNode<AdmissionWaiter>? Place { get; set; }

    /// <summary>Whether the turn counts against the maximum number of waiting turns; guarded by the same lock.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Waits for the decision.</summary>
    /// <param name="token">A token that ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async ValueTask<AdmissionResult> WaitAsync(CancellationToken token)
    {
        HostThread.Leave();
        runtime.Watcher.Add(this, due);
        CancellationTokenRegistration registration = token.UnsafeRegister(
            static (waiter, token) => ((AdmissionWaiter)waiter!).GiveUp(token), this);
        try
        {
            return await _decision.Task;
        }
        finally
        {
            registration.Unregister();
            runtime.Watcher.Remove(this);
        }
    }

    /// <summary>Admits the turn; false if it no longer waits or its budget has run out.</summary>
    public bool TryAdmit()
    {
        bool isInTime = runtime.Now < due;
        return TryDecide(isInTime ? AdmissionResult.Admitted : AdmissionResult.BudgetRanOut) && isInTime;
    }

    /// <summary>Decides the wait; false if it was decided before.</summary>
    public bool TryDecide(AdmissionResult result) => _decision.TrySetResult(result);

    internal override void OnDue(long now)
    {
        if (TryDecide(AdmissionResult.BudgetRanOut))
        {
            runtime.Admission.Remove(this);
        }
    }

    void GiveUp(CancellationToken token)
    {
        if (_decision.TrySetCanceled(token))
        {
            runtime.Admission.Remove(this);
        }
    }
}
