using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>One turn's stream, from the side of its producer. One call at a time. No member throws.</summary>
abstract class ItemWriter<T>
{
    /// <summary>
    /// Whether it remembers, beyond the call, what made an item, and when. Where it does not, the producer may say the same for every item,
    /// and leave the time out.
    /// </summary>
    public virtual bool KeepsCauses => true;

    /// <summary>Whether nothing more is wanted, although the turn goes on: a block downstream has failed, and its error is on its way to the output.</summary>
    public virtual bool IsClosed => false;

    /// <summary>Takes an item, waiting while the queue is full; drops it when the turn is over.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cause">What made it. Items of one run have one cause, told apart by their times.</param>
    /// <param name="at">When it was made; 0 where that was left out.</param>
    public abstract ValueTask WriteAsync(T item, TraceStep cause, long at);

    /// <summary>Ends the stream.</summary>
    /// <param name="last">What the end was waiting for.</param>
    public abstract ValueTask CompleteAsync(TraceStep last);

    /// <summary>Ends the stream with an error, which follows the items that were made before it, so that these are not lost.</summary>
    /// <param name="node">The block that failed.</param>
    /// <param name="error">What it threw.</param>
    /// <param name="last">What the end was waiting for.</param>
    public abstract ValueTask FailAsync(BlockNode node, Exception error, TraceStep last);

    /// <summary>Ends the stream as a run did.</summary>
    public ValueTask EndAsync(TraceStep run, in StreamEnd end) =>
        end.Error is { } error ? FailAsync(run.Node, error, run) : end.Last is { } last ? CompleteAsync(last) : default;

    /// <summary>Ends the stream as the one upstream did.</summary>
    public ValueTask EndAsync((BlockNode Node, Exception Error)? failure, TraceStep last) =>
        failure is { } failed ? FailAsync(failed.Node, failed.Error, last) : CompleteAsync(last);
}
