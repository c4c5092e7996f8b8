using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Dataflow;
using AgentChain.Diagnostics;
using AgentChain.Engine.Deadlines;

namespace AgentChain.Engine.Interop;

/// <summary>
/// A chain as a Dataflow block, composed of three bounded blocks:
/// <code>
///   inputs ──(1) a turn starts when a place is free and the chain has room ──> turns
///   turns  ──(2) one after the other, items as they come, waiting for room ──> outputs ──> linked targets
/// </code>
/// A fault from any source stops (1) and (2), interrupts the turns inside, and becomes the fault of the outputs.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither the source nor the semaphore has a timer or a wait handle, and a Dataflow block is not disposed.")]
sealed class ChainBlock<TIn, TOut> : IPropagatorBlock<TIn, TOut>, IReceivableSourceBlock<TOut>
{
    const int LeastOutputs = 16;

    readonly Func<TIn, CancellationToken, ValueTask<Turn<TOut>>> _start;
    readonly Action<TurnException>? _onNotCompleted;
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _places;
    readonly ActionBlock<TIn> _inputs;
    readonly ActionBlock<Turn<TOut>> _turns;
    readonly BufferBlock<TOut> _outputs;
    Exception? _fault;

    public ChainBlock(
        Func<TIn, CancellationToken, ValueTask<Turn<TOut>>> start,
        int maxTurns, Action<TurnException>? onNotCompleted, TaskScheduler scheduler)
    {
        (_start, _onNotCompleted) = (start, onNotCompleted);
        _places = new SemaphoreSlim(maxTurns);
        _outputs = new BufferBlock<TOut>(
            new DataflowBlockOptions { BoundedCapacity = Math.Max(maxTurns, LeastOutputs), TaskScheduler = scheduler });

        // Bounded by the places.
        _turns = new ActionBlock<Turn<TOut>>(ReadAsync, new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
        _inputs = new ActionBlock<TIn>(
            StartAsync, new ExecutionDataflowBlockOptions { BoundedCapacity = maxTurns * 2, TaskScheduler = scheduler });
        _ = CompleteInTurnAsync();
    }

    public Task Completion => _outputs.Completion;

    public DataflowMessageStatus OfferMessage(
        DataflowMessageHeader messageHeader, TIn messageValue, ISourceBlock<TIn>? source, bool consumeToAccept) =>
        ((ITargetBlock<TIn>)_inputs).OfferMessage(messageHeader, messageValue, source, consumeToAccept);

    public void Complete() => _inputs.Complete();

    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (Interlocked.CompareExchange(ref _fault, exception, null) is null)
        {
            ((IDataflowBlock)_inputs).Fault(exception);
            DeadlineWatcher.CancelInPlace(_stop);

            // Wakes the input that waits for a place. With a token, that wait would resume on the thread pool, outside of virtual time.
            _places.Release();
        }
    }

    public IDisposable LinkTo(ITargetBlock<TOut> target, DataflowLinkOptions linkOptions) => _outputs.LinkTo(target, linkOptions);

    public bool TryReceive(Predicate<TOut>? filter, [MaybeNullWhen(false)] out TOut item) => _outputs.TryReceive(filter, out item);

    public bool TryReceiveAll([NotNullWhen(true)] out IList<TOut>? items) => _outputs.TryReceiveAll(out items);

    public TOut? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target, out bool messageConsumed) =>
        ((ISourceBlock<TOut>)_outputs).ConsumeMessage(messageHeader, target, out messageConsumed);

    public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target) =>
        ((ISourceBlock<TOut>)_outputs).ReserveMessage(messageHeader, target);

    public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target) =>
        ((ISourceBlock<TOut>)_outputs).ReleaseReservation(messageHeader, target);

    /// <summary>(1) Starts the turn of an input when there is room.</summary>
    async Task StartAsync(TIn input)
    {
        try
        {
            // The current activity is the span of the message that happened to wake the block.
            TelemetryGuard.MakeCurrent(null);
            await _places.WaitAsync();
            _stop.Token.ThrowIfCancellationRequested();
            _turns.Post(await _start(input, _stop.Token));
        }
        catch (Exception error)
        {
            FaultUnlessStopped(error);
        }
    }

    /// <summary>(2) Outputs the items of a turn.</summary>
    async Task ReadAsync(Turn<TOut> turn)
    {
        try
        {
            await foreach (TOut item in turn.Output)
            {
                var offer = new SingleOffer<TOut>(item);
                DataflowMessageStatus answer = offer.To(_outputs);
                if (answer == DataflowMessageStatus.Postponed)
                {
                    await offer.TakenAsync(_stop.Token);
                }
                else if (answer != DataflowMessageStatus.Accepted)
                {
                    // The outputs faulted on their own: a target threw when it was offered an item.
                    Fault(
                        _outputs.Completion.Exception?.InnerException ?? new InvalidOperationException(
                            "The outputs of the chain's Dataflow block are complete."));
                }

                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        catch (TurnException error) when (_onNotCompleted is not null && !_stop.IsCancellationRequested)
        {
            Tell(error);
        }
        catch (Exception error)
        {
            FaultUnlessStopped(error);
        }
        finally
        {
            _places.Release();
        }
    }

    void Tell(TurnException error)
    {
        try
        {
            _onNotCompleted!(error);
        }
        catch (Exception thrown)
        {
            Fault(thrown);
        }
    }

    /// <summary>Faults the block unless it has stopped; later exceptions are a result of the stop.</summary>
    void FaultUnlessStopped(Exception error)
    {
        if (!_stop.IsCancellationRequested)
        {
            Fault(error);
        }
    }

    /// <summary>Propagates completion from block to block.</summary>
    async Task CompleteInTurnAsync()
    {
        await WhenEnded(_inputs).ConfigureAwait(false);
        _turns.Complete();
        await WhenEnded(_turns).ConfigureAwait(false);
        if (_fault is { } fault)
        {
            ((IDataflowBlock)_outputs).Fault(fault);
        }
        else
        {
            _outputs.Complete();
        }
    }

    /// <summary>Dataflow completes its blocks on the thread pool, and the continuation needs no scheduler either.</summary>
    static Task WhenEnded(IDataflowBlock block) =>
        block.Completion.ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
