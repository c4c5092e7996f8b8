using System.Threading.Tasks.Dataflow;

namespace AgentChain.Tests.Engine.Interop;

/// <summary>
/// A Dataflow block that follows the test's instructions, however wrong. Otherwise it returns each input once and completes on request.
/// </summary>
internal sealed class HostileBlock<T> : IPropagatorBlock<T, T>
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ITargetBlock<T>> _targets = [];
    private long _id;

    public Func<DataflowMessageStatus>? WhenOffered { get; init; }

    public Func<T, T[]> Answers { get; init; } = x => [x];

    public Action? WhenLinked { get; init; }

    public Action? WhenCompleted { get; init; }

    public Func<Task>? CompletionIs { get; init; }

    public bool IgnoresComplete { get; init; }

    public Task Completion => CompletionIs is { } other ? other() : _completion.Task;

    public void Emit(T value)
    {
        foreach (ITargetBlock<T> target in _targets.ToArray())
        {
            target.OfferMessage(new DataflowMessageHeader(++_id), value, this, consumeToAccept: false);
        }
    }

    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        DataflowMessageStatus status = WhenOffered?.Invoke() ?? DataflowMessageStatus.Accepted;
        if (status == DataflowMessageStatus.Accepted)
        {
            foreach (T answer in Answers(messageValue))
            {
                Emit(answer);
            }
        }

        return status;
    }

    public IDisposable LinkTo(ITargetBlock<T> target, DataflowLinkOptions linkOptions)
    {
        WhenLinked?.Invoke();
        _targets.Add(target);
        return new BufferBlock<T>().LinkTo(DataflowBlock.NullTarget<T>());
    }

    public void Complete()
    {
        WhenCompleted?.Invoke();
        if (!IgnoresComplete)
        {
            _completion.TrySetResult();
        }
    }

    public void Fault(Exception exception) => _completion.TrySetException(exception);

    public T? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target, out bool messageConsumed)
    {
        messageConsumed = false;
        return default;
    }

    public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target) => false;

    public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<T> target)
    {
    }
}
