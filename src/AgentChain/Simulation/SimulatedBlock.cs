namespace AgentChain.Simulation;

/// <summary>
/// Simulates a block that produces one value: waits for the model's latency on the chain's clock, then produces its output.
/// </summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
/// <param name="latency">The model of the block's latency.</param>
/// <param name="make">
/// A function that creates the output. If it throws, the turn ends as Failed, after the block's latency.
/// </param>
/// <remarks>Observes its cancellation token immediately. Without a device, it also runs in real time.</remarks>
public sealed class SimulatedBlock<TIn, TOut>(LatencyModel latency, Func<TIn, TOut> make) : SimulatedWork<TIn>, IBlock<TIn, TOut>
{
    readonly LatencyModel _latency = latency ?? throw new ArgumentNullException(nameof(latency));
    readonly Func<TIn, TOut> _make = make ?? throw new ArgumentNullException(nameof(make));

    /// <inheritdoc/>
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        try
        {
            TimeSpan time = _latency.Sample(KeyOf(input, context), SizeOf(input));
            ValueTask work = WorkAsync(time, Device, context, cancellationToken);
            return work.IsCompleted || Device is null
                ? AfterAsync(work, input)
                : new(new Answer(_make, input, work.AsTask(), cancellationToken).Task);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<TOut>(error);
        }
    }

    async ValueTask<TOut> AfterAsync(ValueTask work, TIn input)
    {
        await work;
        return _make(input);
    }

    /// <summary>
    /// The output after a job of a device. A canceled job throws no exception, which would take longer than all the rest of it.
    /// </summary>
    sealed class Answer : TaskCompletionSource<TOut>
    {
        readonly Func<TIn, TOut> _make;
        readonly TIn _input;
        readonly Task _job;
        readonly CancellationToken _token;

        public Answer(Func<TIn, TOut> make, TIn input, Task job, CancellationToken token)
        {
            (_make, _input, _job, _token) = (make, input, job, token);
            job.GetAwaiter().UnsafeOnCompleted(Continue);
        }

        void Continue()
        {
            if (_job.IsCanceled)
            {
                TrySetCanceled(_token);
                return;
            }

            try
            {
                TrySetResult(_make(_input));
            }
            catch (OperationCanceledException error)
            {
                // As an asynchronous method ends.
                TrySetCanceled(error.CancellationToken);
            }
            catch (Exception error)
            {
                TrySetException(error);
            }
        }
    }
}
