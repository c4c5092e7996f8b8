namespace AgentChain.Extensions.AI;

/// <summary>
/// The places of a tool's calls, first come, first served. Unlike a semaphore, it continues no waiter on a thread of its own, so that it
/// works in virtual time.
/// </summary>
sealed class CallSlots(int free)
{
    readonly Lock _lock = new();
    readonly LinkedList<TaskCompletionSource> _waiting = new();
    int _free = free;

    /// <summary>Takes a place.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; no place was taken.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource> node;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            node = _waiting.AddLast(place);
        }

        using CancellationTokenRegistration canceled = cancellationToken.UnsafeRegister(_ => Leave(node, cancellationToken), null);
        await place.Task;
    }

    /// <summary>Frees a place, or hands it to the next waiter.</summary>
    public void Release()
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            if (_waiting.First is not { } first)
            {
                _free++;
                return;
            }

            _waiting.RemoveFirst();
            next = first.Value;
        }

        next.TrySetResult();
    }

    void Leave(LinkedListNode<TaskCompletionSource> node, CancellationToken token)
    {
        lock (_lock)
        {
            if (node.List is null)
            {
                return;
            }

            _waiting.Remove(node);
        }

        node.Value.TrySetCanceled(token);
    }
}
