using System.Threading.Channels;

namespace AgentChain.Flow;

/// <summary>
/// One turn's bounded queue of a stream between two blocks. It closes when its turn ends, so that neither side waits
/// for the other for ever. A Channel rather than a Dataflow block: many small items pass, and it belongs to one turn.
/// </summary>
sealed class StreamEdge<T> : ItemSink<T>
{
    readonly Hop _cause;
    readonly Channel<Item<T>> _items;
    readonly CancellationTokenRegistration _turnEnd;

    public StreamEdge(Hop cause, int capacity)
    {
        _cause = cause;
        _items = Channel.CreateBounded<Item<T>>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        _turnEnd = cause.Token.UnsafeRegister(static state => ((Channel<Item<T>>)state!).Writer.TryComplete(), _items);
    }

    public ChannelReader<Item<T>> Reader => _items.Reader;

    /// <summary>What the end of the stream was waiting for; set before the reader sees the end.</summary>
    public Hop? Last { get; private set; }

    public override ValueTask WriteAsync(T item, Hop cause) =>
        _cause.IsOver || _items.Writer.TryWrite(new Item<T>(item, cause))
            ? default
            : new ValueTask(WaitAsync(new Item<T>(item, cause)));

    public override ValueTask CompleteAsync(Hop last)
    {
        Last = last;
        _turnEnd.Unregister();
        _items.Writer.TryComplete();
        return default;
    }

    async Task WaitAsync(Item<T> item)
    {
        try
        {
            await _items.Writer.WriteAsync(item, CancellationToken.None);
        }
        catch (ChannelClosedException) when (_cause.IsOver)
        {
            // The turn ended while the item waited for room.
        }
    }
}

/// <summary>An item of a stream and the hop that made it.</summary>
readonly record struct Item<T>(T Value, Hop Cause);

/// <summary>Gives each turn's stream an edge and hands it to the block behind, which begins at once.</summary>
sealed class StreamQueue<T>(Receiver<StreamEdge<T>> next, int capacity) : StreamReceiver<T>
{
    public override async ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame)
    {
        var edge = new StreamEdge<T>(cause, capacity);
        await next.AcceptAsync(new Envelope<StreamEdge<T>>(turn, edge, cause, frame, turn.Runtime.Now));
        return edge;
    }
}
