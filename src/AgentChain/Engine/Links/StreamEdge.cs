using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Queues;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>
/// The bounded queue of one turn's stream between two blocks. It closes when its turn ends, so that neither side waits for the other
/// forever. Not a Dataflow block, because many small items pass and it belongs to one turn.
/// </summary>
sealed class StreamEdge<T> : ItemWriter<T>
{
    readonly TraceStep _cause;
    readonly ItemRing<Item<T>> _items;
    readonly CancellationTokenRegistration _turnEnd;

    public StreamEdge(TraceStep cause, int capacity)
    {
        _cause = cause;
        _items = new(capacity, cause.Turn.Runtime.ContinuesElsewhere);
        _turnEnd = cause.Token.UnsafeRegister(static items => ((ItemRing<Item<T>>)items!).End(), _items);
    }

    /// <summary>The step that the end of the stream waited for; set before the reader sees the end.</summary>
    public TraceStep? Last { get; private set; }

    /// <summary>The error that ended the stream, and the block that threw it; null if the stream ended successfully.</summary>
    public (BlockNode Node, Exception Error)? Failure { get; private set; }

    public override bool IsClosed => _items.IsEnded;

    public override ValueTask WriteAsync(T item, TraceStep cause, long at) =>
        _cause.IsOver ? default : _items.WriteAsync(new Item<T>(item, cause, at));

    public override ValueTask CompleteAsync(TraceStep last)
    {
        Last = last;
        Close();
        return default;
    }

    public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last)
    {
        (Last, Failure) = (last, (node, error));
        Close();
        return default;
    }

    /// <summary>Closes the queue for writing; items in it can still be read.</summary>
    public void Close()
    {
        _turnEnd.Unregister();
        _items.End();
    }

    public bool TryRead([MaybeNullWhen(false)] out Item<T> item) => _items.TryRead(out item);

    /// <summary>Waits for an item; returns false when no more items will arrive.</summary>
    public ValueTask<bool> WaitToReadAsync() => _items.WaitToReadAsync();
}
