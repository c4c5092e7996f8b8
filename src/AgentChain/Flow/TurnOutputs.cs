using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;
using AgentChain.Flow.Speculative;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A turn that makes output of a type.</summary>
abstract class TurnState<T>(ChainRuntime runtime, TurnId id) : TurnState(runtime, id), ITurnCore<T>
{
    public abstract Task<TurnResult> Completion { get; }

    protected TaskCreationOptions Continuations =>
        Runtime.ContinuesElsewhere ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    public abstract IAsyncEnumerable<T> ReadAsync(CancellationToken cancellationToken = default);
}

/// <summary>
/// A turn that makes one value. It is its own awaitable: a host that only wants the value pays for no task.
/// </summary>
class ValueTurn<T> : TurnState<T>, IValueTaskSource<T>
{
    ManualResetValueTaskSourceCore<bool> _ended;
    TaskCompletionSource<TurnResult>? _completion;
    CancellationToken _callerToken;

    public ValueTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id) => _ended.RunContinuationsAsynchronously = runtime.ContinuesElsewhere;

    public override Task<TurnResult> Completion
    {
        get
        {
            TaskCompletionSource<TurnResult> completion = Volatile.Read(ref _completion)
                ?? Interlocked.CompareExchange(ref _completion, new(Continuations), null)
                ?? _completion;
            if (IsPublished)
            {
                completion.TrySetResult(new TurnResult(this));
            }

            return completion.Task;
        }
    }

    public T Value { get; private set; } = default!;

    bool IsPublished => _ended.GetStatus(_ended.Version) != ValueTaskSourceStatus.Pending;

    /// <summary>Awaits the value; once.</summary>
    public ValueTask<T> ValueAsync(CancellationToken callerToken)
    {
        _callerToken = callerToken;
        return new ValueTask<T>(this, _ended.Version);
    }

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

    T IValueTaskSource<T>.GetResult(short token)
    {
        _ended.GetResult(token);
        if (Error is null)
        {
            return Value;
        }

        if (Outcome == TurnOutcome.Interrupted)
        {
            _callerToken.ThrowIfCancellationRequested();
        }

        throw Error;
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _ended.GetStatus(token) switch
    {
        ValueTaskSourceStatus.Succeeded when Error is not null =>
            Outcome == TurnOutcome.Interrupted && _callerToken.IsCancellationRequested ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted,
        ValueTaskSourceStatus status => status,
    };

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);

    protected override void Publish()
    {
        _ended.SetResult(true);
        Volatile.Read(ref _completion)?.TrySetResult(new TurnResult(this));
    }
}

/// <summary>A turn that makes a stream.</summary>
class StreamTurn<T> : TurnState<T>
{
    readonly TaskCompletionSource<TurnResult> _completion;
    readonly Channel<T> _items;
    int _readers;

    public StreamTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id)
    {
        _completion = new(Continuations);
        _items = Channel.CreateBounded<T>(new BoundedChannelOptions(runtime.Settings.OutputCapacity) { SingleReader = true, SingleWriter = true });
    }

    public override Task<TurnResult> Completion => _completion.Task;

    public ChannelWriter<T> Items => _items.Writer;

    /// <summary>Receives a copy of every item, when somebody wants one; complete once the turn has completed.</summary>
    public List<T>? Recorded { get; set; }

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

    protected override void Publish()
    {
        _items.Writer.TryComplete();
        _completion.TrySetResult(new TurnResult(this));
    }
}

/// <summary>The end of a chain that makes one value: the barrier that only certain values pass.</summary>
sealed class ValueOutput<T> : Receiver<T>
{
    public override ValueTask AcceptAsync(in Envelope<T> envelope)
    {
        if (!envelope.IsUncommitted)
        {
            ((ValueTurn<T>)envelope.Turn).Complete(envelope.Value, envelope.Cause!);
        }

        return default;
    }
}

/// <summary>The end of a chain that makes a stream: the barrier that only certain streams pass.</summary>
sealed class StreamOutput<T> : StreamReceiver<T>
{
    public override ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
        new(cause.IsUncommitted ? NowhereSink<T>.Instance : new Sink((StreamTurn<T>)turn));

    sealed class Sink(StreamTurn<T> turn) : ItemSink<T>
    {
        public override ValueTask WriteAsync(T item, Hop cause)
        {
            if (turn.IsOver)
            {
                return default;
            }

            turn.CountOutput(cause);
            turn.Recorded?.Add(item);
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
