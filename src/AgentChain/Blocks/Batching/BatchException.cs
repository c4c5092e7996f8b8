namespace AgentChain.Blocks.Batching;

/// <summary>
/// The exception for an item whose batch failed, or that found no room in the queue. Each item gets its own; the cause, which the items
/// share, is the inner exception.
/// </summary>
public sealed class BatchException : Exception
{
    internal BatchException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
