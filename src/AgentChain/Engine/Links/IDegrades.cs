namespace AgentChain.Engine.Links;

/// <summary>Represents a block whose fallback can run in its place.</summary>
interface IDegrades<T>
{
    /// <summary>Runs the fallback for a value that would have to wait for the block for too long.</summary>
    /// <param name="envelope">The value, which has no place in the queue.</param>
    /// <param name="sent">A task that completes when the fallback's output was handed on.</param>
    /// <returns>False if the value is to wait.</returns>
    bool TryDegrade(in Envelope<T> envelope, out ValueTask sent);
}
