namespace AgentChain.Engine.Links;

/// <summary>Where values go: a block's queue, or a fused block itself.</summary>
abstract class Target<T>
{
    /// <summary>
    /// Takes a value. Never throws: whatever goes wrong becomes the turn's outcome. Completes when the value has been
    /// taken in, which for a queue that waits means: when there was room.
    /// </summary>
    public abstract ValueTask SendAsync(in Envelope<T> envelope);

    /// <summary>Whether a value may have to wait here for room. Where none does, its producer gives its own place back first.</summary>
    public virtual bool MayWait => true;
}
