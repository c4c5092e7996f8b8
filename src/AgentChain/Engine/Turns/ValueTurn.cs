using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace AgentChain.Engine.Turns;

/// <summary>
/// A turn whose output is one value. It is its own awaitable, so a host that only needs the value allocates no task.
/// </summary>
class ValueTurn<T> : TurnCore<T>, IValueTaskSource<T>
{
    ManualResetValueTaskSourceCore<bool> _ended;
    TaskCompletionSource<TurnResult>? _completion;

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

    /// <summary>Returns the value. It can be awaited once.</summary>
    public ValueTask<T> ValueAsync() => new(this, _ended.Version);

    public void Complete(T value, TraceStep cause)
    {
        if (IsInTime())
        {
            CountOutput(cause);
            Value = value;
            Complete(cause);
        }
    }

    public override async IAsyncEnumerable<T> ReadAsync(bool keepRunning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HostThread.Leave();
        bool isRead = false;
        try
        {
            TurnResult result;
            do
            {
                result = await ReadyAsync(cancellationToken).ConfigureAwait(ComesBack);
            }
            while (result.Error is null && GateIfAny is { } gate && !gate.TryTake() && !gate.IsStopped);
            isRead = true;
            yield return result.Error is null && GateIfAny is not { IsCut: true } ? Value : throw ToException();
        }
        finally
        {
            if (!isRead && !keepRunning)
            {
                Interrupt();
            }
        }
    }

    public override OutputControl<T> Gate => Runtime.Gates.Of(this);

    public override IReadOnlyList<T> First(int count) => count > 0 && Outcome == TurnOutcome.Completed ? [Value] : [];

    protected override bool AnyLeft() => Gate.Given == 0;

    OutputControl<T>? GateIfAny => Runtime.Gates.Find(this);

    /// <summary>Waits for the turn's end or, if it has ended and its output is held back, for the release of the output.</summary>
    Task<TurnResult> ReadyAsync(CancellationToken cancellationToken) =>
        Completion.IsCompleted && Error is null && GateIfAny is { IsHeld: true } gate
            ? AfterAsync(gate.OpenAsync(cancellationToken))
            : Completion.WaitAsync(cancellationToken);

    async Task<TurnResult> AfterAsync(ValueTask<bool> opened)
    {
        await opened.ConfigureAwait(ComesBack);
        return await Completion.ConfigureAwait(ComesBack);
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        _ended.GetResult(token);
        if (Error is null)
        {
            return Value;
        }

        throw ToException();
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _ended.GetStatus(token) switch
    {
        ValueTaskSourceStatus.Succeeded when Error is not null =>
            Error is TurnInterruptedException { CallerToken.IsCancellationRequested: true }
                ? ValueTaskSourceStatus.Canceled
                : ValueTaskSourceStatus.Faulted,
        ValueTaskSourceStatus status => status,
    };

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);

    protected override void Publish()
    {
        // In this order; Completion publishes its task before it looks for the end. So one of the two completes the task.
        _ended.SetResult(true);
        Volatile.Read(ref _completion)?.TrySetResult(new TurnResult(this));
    }
}
