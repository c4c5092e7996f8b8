using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A turn that makes output of a type.</summary>
abstract class TurnState<T>(ChainRuntime runtime, TurnId id) : TurnState(runtime, id), ITurnCore<T>
{
    readonly TaskCompletionSource<TurnResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TurnResult> Completion => _completion.Task;

    public abstract IAsyncEnumerable<T> ReadAsync(CancellationToken cancellationToken = default);

    protected override void Publish(TurnResult result) => _completion.TrySetResult(result);
}

/// <summary>A turn that makes one value.</summary>
sealed class ValueTurn<T>(ChainRuntime runtime, TurnId id) : TurnState<T>(runtime, id)
{
    public T Value { get; private set; } = default!;

    public void Complete(T value, Hop cause)
    {
        if (!IsOver)
        {
            CountOutput(cause);
            Value = value;
            Complete(cause);
        }
    }

    public override async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        TurnResult result = await Completion.WaitAsync(cancellationToken);
        yield return result.Error is null ? Value : throw result.Error;
    }
}

/// <summary>A turn that makes a stream.</summary>
sealed class StreamTurn<T> : TurnState<T>
{
    readonly Channel<T> _items;
    int _readers;

    public StreamTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id) =>
        _items = Channel.CreateBounded<T>(new BoundedChannelOptions(runtime.Settings.OutputCapacity) { SingleReader = true, SingleWriter = true });

    public ChannelWriter<T> Items => _items.Writer;

    public override async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _readers, 1) != 0)
        {
            throw new InvalidOperationException("A turn's output has one reader; hand the items on from there.");
        }

        while (await _items.Reader.WaitToReadAsync(cancellationToken))
        {
            while ((!IsOver || Outcome == TurnOutcome.Completed) && _items.Reader.TryRead(out T? item))
            {
                yield return item;
            }

            if (IsOver && Outcome != TurnOutcome.Completed)
            {
                break;
            }
        }

        TurnResult result = await Completion.WaitAsync(cancellationToken);
        if (result.Error is not null)
        {
            throw result.Error;
        }
    }

    protected override void Publish(TurnResult result)
    {
        _items.Writer.TryComplete();
        base.Publish(result);
    }
}

/// <summary>The end of a chain that makes one value.</summary>
sealed class ValueOutput<T> : Receiver<T>
{
    public override ValueTask AcceptAsync(in Envelope<T> envelope)
    {
        ((ValueTurn<T>)envelope.Turn).Complete(envelope.Value, envelope.Cause);
        return default;
    }
}

/// <summary>The end of a chain that makes a stream.</summary>
sealed class StreamOutput<T> : StreamReceiver<T>
{
    public override ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame) => new(new Sink((StreamTurn<T>)turn));

    sealed class Sink(StreamTurn<T> turn) : ItemSink<T>
    {
        public override ValueTask WriteAsync(T item, Hop cause)
        {
            if (turn.IsOver)
            {
                return default;
            }

            turn.CountOutput(cause);
            return turn.Items.TryWrite(item) ? default : new ValueTask(WaitAsync(item));
        }

        public override ValueTask CompleteAsync(Hop last)
        {
            turn.Complete(last);
            return default;
        }

        async Task WaitAsync(T item)
        {
            turn.WaitsForHost(true);
            try
            {
                await turn.Items.WriteAsync(item, CancellationToken.None);
                turn.WaitsForHost(false);
            }
            catch (ChannelClosedException)
            {
                // The turn ended while the host was not reading.
            }
        }
    }
}
