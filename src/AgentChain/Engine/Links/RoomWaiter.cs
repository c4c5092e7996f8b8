namespace AgentChain.Engine.Links;

/// <summary>A value that waits for room in a queue, until there is room or the value is no longer needed.</summary>
/// <param name="giveUp">Called when the value is no longer needed, before the wait ends.</param>
/// <param name="envelope">The value.</param>
sealed class RoomWaiter<T>(Action<RoomWaiter<T>> giveUp, in Envelope<T> envelope)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    CancellationTokenRegistration _registration;

    public Envelope<T> Envelope { get; } = envelope;

    public LinkedListNode<RoomWaiter<T>>? Place { get; set; }

    public void WatchToken()
    {
        CancellationToken token = Envelope.Cause?.Token ?? Envelope.Turn.Token;
        _registration = token.UnsafeRegister(static waiter => ((RoomWaiter<T>)waiter!).GiveUp(), this);
        if (Task.IsCompleted)
        {
            _registration.Unregister();
        }
    }

    public new void TrySetResult()
    {
        _registration.Unregister();
        base.TrySetResult();
    }

    void GiveUp()
    {
        giveUp(this);
        base.TrySetResult();
    }
}
