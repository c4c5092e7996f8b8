using AgentChain.Budgets;

namespace AgentChain.Engine.Turns;

/// <summary>A turn that waits for room in its chain, until there is some, its budget ends, the chain closes or its caller gives up.</summary>
/// <param name="runtime">The chain.</param>
/// <param name="due">When the turn's budget ends.</param>
sealed class AdmissionWaiter(ChainRuntime runtime, long due) : DeadlineEntry
{
    // The turn that leaves must not run the one that comes, which may end and let the next one in, and so on.
    readonly TaskCompletionSource<AdmissionResult> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its place in the line; guarded by the lock of that.</summary>
    public LinkedListNode<AdmissionWaiter>? Place { get; set; }

    /// <summary>Waits.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
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

    /// <summary>Lets the turn in; false when it does not want the place, or can do nothing with it any more.</summary>
    public bool TryAdmit()
    {
        bool isInTime = runtime.Now < due;
        return TryDecide(isInTime ? AdmissionResult.Admitted : AdmissionResult.BudgetRanOut) && isInTime;
    }

    /// <summary>Decides the wait; false when that was done before.</summary>
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
