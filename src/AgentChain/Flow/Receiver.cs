namespace AgentChain.Flow;

/// <summary>Where values go: a block's queue, or a fused block itself.</summary>
abstract class Receiver<T>
{
    /// <summary>
    /// Takes a value. Never throws: whatever goes wrong becomes the turn's outcome. Completes when the value has been
    /// taken in, which for a queue that waits means: when there was room.
    /// </summary>
    public abstract ValueTask AcceptAsync(in Envelope<T> envelope);

    /// <summary>Whether a value may have to wait here for room. Where none does, its producer gives its own place back first.</summary>
    public virtual bool MayWait => true;
}

/// <summary>Where streams go.</summary>
abstract class StreamReceiver<T>
{
    /// <summary>Begins one turn's stream. Never throws.</summary>
    public abstract ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame);
}

/// <summary>The link functions of which a chain is made, from its end to its beginning.</summary>
delegate Receiver<TIn> ValueLink<TIn, TOut>(LinkScope scope, Receiver<TOut> next);

delegate Receiver<TIn> StreamLink<TIn, TOut>(LinkScope scope, StreamReceiver<TOut> next);

delegate StreamReceiver<TIn> ItemLink<TIn, TOut>(LinkScope scope, StreamReceiver<TOut> next);

delegate StreamReceiver<TIn> CollectLink<TIn, TOut>(LinkScope scope, Receiver<TOut> next);
