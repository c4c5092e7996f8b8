namespace AgentChain.Extensions.AI;

/// <summary>
/// The place of one call among the <see cref="CallSlots"/> of its tool, left once: by the tool, or for one that is detached.
/// </summary>
sealed class CallPlace(CallSlots? slots)
{
    const int Outside = 0;
    const int Inside = 1;
    const int Left = 2;

    int _state;

    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (slots is null)
        {
            return;
        }

        await slots.TakeAsync(cancellationToken);
        if (Interlocked.CompareExchange(ref _state, Inside, Outside) != Outside)
        {
            slots.Release();
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public void Leave()
    {
        if (Interlocked.Exchange(ref _state, Left) == Inside)
        {
            slots!.Release();
        }
    }
}
