using System.Threading.Tasks.Dataflow;

namespace AgentChain.Engine.Interop;

/// <summary>Takes each output of a Dataflow block immediately, and hands it to a method that is quick and never throws.</summary>
sealed class OutputTarget<T>(Action<T> take) : ITargetBlock<T>
{
    volatile bool _isClosed;

    public Task Completion => Task.CompletedTask;

    /// <summary>Declines further outputs; the block then removes its link on its own.</summary>
    public void Close() => _isClosed = true;

    public DataflowMessageStatus OfferMessage(
        DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        if (_isClosed)
        {
            return DataflowMessageStatus.DecliningPermanently;
        }

        T? value = messageValue;
        if (consumeToAccept)
        {
            ArgumentNullException.ThrowIfNull(source);
            value = source.ConsumeMessage(messageHeader, this, out bool isConsumed);
            if (!isConsumed)
            {
                return DataflowMessageStatus.NotAvailable;
            }
        }

        take(value!);
        return DataflowMessageStatus.Accepted;
    }

    public void Complete()
    {
    }

    public void Fault(Exception exception)
    {
    }
}
