namespace AgentChain.Engine.Links;

/// <summary>A destination of values: a block's queue, or a fused block itself.</summary>
abstract class Target<T>
{
    /// <summary>
    /// Takes a value. Never throws; any error becomes the turn's outcome. Completes when the value has been accepted, which for a queue
    /// that waits is when there is room.
    /// </summary>
    public abstract ValueTask SendAsync(in Envelope<T> envelope);

    /// <summary>Whether a value might have to wait here for room. If not, its producer releases its own place first.</summary>
    public virtual bool MayWait => true;
}
