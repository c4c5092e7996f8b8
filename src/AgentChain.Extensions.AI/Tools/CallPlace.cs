namespace AgentChain.Extensions.AI;

/// <summary>
/// The place of one call among the <see cref="CallSlots"/> of its tool, left once: by the tool, or for one that is detached. The place of
/// an early call is lent: a real call can take it back until the model makes the early call.
/// </summary>
/// <param name="slots">The places of the tool; null if it has no limit.</param>
/// <param name="giveUp">Cancels an early call; false if the model has made it. Null for a real call.</param>
/// <param name="probability">The probability that the model makes the early call.</param>
sealed class CallPlace(CallSlots? slots, Func<bool>? giveUp = null, double probability = 1)
{
    const int Outside = 0;
    const int Inside = 1;
    const int Left = 2;

    readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Action? _onKept;
    int _state;
    int _isLent = giveUp is null ? 0 : 1;

    /// <summary>Whether a real call goes before this one, or may take its place.</summary>
    public bool IsLent => Volatile.Read(ref _isLent) != 0;

    public double Probability => probability;

    /// <summary>Completes when the place is handed to the call.</summary>
    public TaskCompletionSource Entered => _entered;

    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (slots is null)
        {
            return;
        }

        await slots.TakeAsync(this, cancellationToken);
        if (Interlocked.CompareExchange(ref _state, Inside, Outside) != Outside)
        {
            slots.Release(this);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>The model made the early call: from here on its place is one of a real call.</summary>
    public void Keep()
    {
        if (Interlocked.Exchange(ref _isLent, 0) != 0)
        {
            slots?.Kept(this);
            Interlocked.Exchange(ref _onKept, null)?.Invoke();
        }
    }

    /// <summary>Calls an action once, when the call is a real one: now, or when the model makes it.</summary>
    public void OnKept(Action action)
    {
        _onKept = action;
        Interlocked.MemoryBarrier();
        if (!IsLent)
        {
            Interlocked.Exchange(ref _onKept, null)?.Invoke();
        }
    }

    /// <summary>Cancels an early call, whose place is left when its tool has ended.</summary>
    /// <returns>False if the model has made the call.</returns>
    public bool GiveUp() => giveUp!();

    public void Leave()
    {
        if (Interlocked.Exchange(ref _state, Left) == Inside)
        {
            slots!.Release(this);
        }
    }
}
