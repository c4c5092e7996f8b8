namespace AgentChain.Flow;

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

/// <summary>Where streams go.</summary>
abstract class StreamTarget<T>
{
    /// <summary>Begins one turn's stream. Never throws.</summary>
    public abstract ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame);
}

/// <summary>The link functions of which a chain is made, from its end to its beginning.</summary>
delegate Target<TIn> ValueLink<TIn, TOut>(LinkContext scope, Target<TOut> next);

delegate Target<TIn> StreamLink<TIn, TOut>(LinkContext scope, StreamTarget<TOut> next);

delegate StreamTarget<TIn> ItemLink<TIn, TOut>(LinkContext scope, StreamTarget<TOut> next);

delegate StreamTarget<TIn> CollectLink<TIn, TOut>(LinkContext scope, Target<TOut> next);
