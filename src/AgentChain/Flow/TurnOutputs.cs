using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;
using AgentChain.Flow.Speculative;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A turn that makes output of a type.</summary>
abstract class TurnState<T>(ChainRuntime runtime, TurnId id) : TurnState(runtime, id), ITurnCore<T>, IBargeable
{
    public abstract Task<TurnResult> Completion { get; }

    public TaskCreationOptions Continuations => Runtime.Continuations;

    /// <summary>The gate in front of the reader, made when first asked for.</summary>
    public abstract OutputGate<T> Gate { get; }

    /// <summary>How much of the output the host was given, and how much of that was heard.</summary>
    public (int Given, int Heard) Told => (Gate.Given, Gate.Heard);

    public abstract IAsyncEnumerable<T> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>The first items that were made; of a turn whose output is kept.</summary>
    public abstract IReadOnlyList<T> First(int count);

    public void Pause() => Gate.Pause(true);

    public void Resume() => Gate.Pause(false);

    public void ReportHeard(int items) => Gate.ReportHeard(items);

    public Task<TurnQuiet> QuietAsync() => QuietAsync(Completion);

    public void Hold() => Gate.Hold(1);

    public void Release() => Gate.Hold(-1);

    public void CutOff()
    {
        Interrupt();
        Gate.Cut(AnyLeft);
    }

    /// <summary>Whether there is output that the reader does not have yet.</summary>
    protected abstract bool AnyLeft();
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
        HostThread.Leave();
        TurnResult result;
        do
        {
            result = await ReadyAsync(cancellationToken);
        }
        while (result.Error is null && GateIfAny is { } gate && !gate.TryTake() && !gate.IsStopped);
        yield return result.Error is null && GateIfAny is not { IsCut: true } ? Value : throw result.Error ?? new TurnInterruptedException();
    }

    public override OutputGate<T> Gate => Runtime.Gates.Of(this);

    public override IReadOnlyList<T> First(int count) => count > 0 && Outcome == TurnOutcome.Completed ? [Value] : [];

    protected override bool AnyLeft() => Gate.Given == 0;

    OutputGate<T>? GateIfAny => Runtime.Gates.Find(this);

    /// <summary>Waits for the turn's end and, when that is reached and held back, for the gate.</summary>
    Task<TurnResult> ReadyAsync(CancellationToken cancellationToken) =>
        Completion.IsCompleted && GateIfAny is { IsHeld: true } gate
            ? AfterAsync(gate.OpenAsync(cancellationToken))
            : Completion.WaitAsync(cancellationToken);

    async Task<TurnResult> AfterAsync(ValueTask<bool> opened)
    {
        await opened;
        return await Completion;
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
    OutputGate<T>? _gate;
    int _readers;

    public StreamTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id)
    {
        _completion = new(Continuations);
        _items = Channel.CreateBounded<T>(new BoundedChannelOptions(runtime.Settings.OutputCapacity) { SingleReader = true, SingleWriter = true });
    }

    public override Task<TurnResult> Completion => _completion.Task;

    public ChannelWriter<T> Items => _items.Writer;

    public override OutputGate<T> Gate =>
        Volatile.Read(ref _gate) ?? Interlocked.CompareExchange(ref _gate, new(this, null), null) ?? _gate;

    /// <summary>Keeps a copy of the output; before the turn begins.</summary>
    public void Keep() => _gate = new(this, []);

    /// <summary>Keeps a copy of an item, when somebody wants one.</summary>
    public void Keep(T item) => _gate?.Keep(item);

    public override IReadOnlyList<T> First(int count) => Gate.First(count);

    protected override bool AnyLeft() => _items.Reader.Count > 0;

    public override async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        if (Interlocked.Exchange(ref _readers, 1) != 0)
        {
            throw new InvalidOperationException("A turn's output has one reader; hand the items on from there.");
        }

        while (await _items.Reader.WaitToReadAsync(cancellationToken))
        {
            while (TryTake(out T? item))
            {
                yield return item;
                HostThread.Leave();
            }

            if (EndedEarly || _gate is { IsStopped: true })
            {
                break;
            }

            if (_gate is { IsHeld: true } gate)
            {
                await gate.OpenAsync(cancellationToken);
            }
        }

        TurnResult result = await Completion.WaitAsync(cancellationToken);
        if (result.Error is not null)
        {
            throw result.Error;
        }

        if (_gate is { IsCut: true })
        {
            throw new TurnInterruptedException();
        }
    }

    bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (Volatile.Read(ref _gate) is { } gate)
        {
            return gate.TryTake(_items.Reader, out item);
        }

        item = default;
        return !EndedEarly && _items.Reader.TryRead(out item);
    }

    protected override void Publish()
    {
        if (Outcome != TurnOutcome.Completed)
        {
            Volatile.Read(ref _gate)?.Stop();
        }

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
            turn.Keep(item);
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
