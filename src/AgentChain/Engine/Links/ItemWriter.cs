using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>The producer's side of one turn's stream. One call at a time. No member throws.</summary>
abstract class ItemWriter<T>
{
    /// <summary>
    /// Whether the writer keeps an item's cause and time beyond the call. If not, the producer can pass the same cause for every item and
    /// omit the time.
    /// </summary>
    public virtual bool KeepsCauses => true;

    /// <summary>
    /// Whether no more items are needed although the turn continues: a downstream block has failed, and its error is on its way to the
    /// output.
    /// </summary>
    public virtual bool IsClosed => false;

    /// <summary>Takes an item, waiting while the queue is full; drops it if the turn has ended.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cause">The cause of the item. Items of one run share a cause and differ in their times.</param>
    /// <param name="at">The time at which the item was produced; 0 if omitted.</param>
    public abstract ValueTask WriteAsync(T item, TraceStep cause, long at);

    /// <summary>Ends the stream.</summary>
    /// <param name="last">The step that the end waited for.</param>
    public abstract ValueTask CompleteAsync(TraceStep last);

    /// <summary>Ends the stream with an error, after the items that were produced before it, so that they are not lost.</summary>
    /// <param name="node">The block that failed.</param>
    /// <param name="error">The exception that the block threw.</param>
    /// <param name="last">The step that the end waited for.</param>
    public abstract ValueTask FailAsync(BlockNode node, Exception error, TraceStep last);

    /// <summary>Ends the stream in the way a run ended.</summary>
    public ValueTask EndAsync(TraceStep run, in StreamEnd end) =>
        end.Error is { } error ? FailAsync(run.Node, error, run) : end.Last is { } last ? CompleteAsync(last) : default;

    /// <summary>Ends the stream in the way the upstream one ended.</summary>
    public ValueTask EndAsync((BlockNode Node, Exception Error)? failure, TraceStep last) =>
        failure is { } failed ? FailAsync(failed.Node, failed.Error, last) : CompleteAsync(last);
}
