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
    public async ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        TimeSpan time = _latency.Sample(KeyOf(input, context), SizeOf(input));
        await WorkAsync(time, Device, context, cancellationToken);
        return _make(input);
    }
}
