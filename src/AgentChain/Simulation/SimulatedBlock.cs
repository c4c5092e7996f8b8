using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>Stands in for a block that makes one value: takes the time its model says, by the chain's clock, then makes its output.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
/// <param name="latency">How long it takes.</param>
/// <param name="make">Makes the output; what it throws ends the turn as Failed, after the block's time.</param>
/// <remarks>Obeys its token at once. Without a device it also runs in real time.</remarks>
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
