using System.Runtime.CompilerServices;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates a block that produces a stream, such as a language model, with one latency for the first item (prefill and one step) and
/// another for each further item (decode).
/// </summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the items.</typeparam>
/// <param name="first">The latency of the first item, or of the end of a stream without items.</param>
/// <param name="each">The latency from each item to the next. Its size is always 0.</param>
/// <param name="make">A function that creates the items.</param>
/// <remarks>
/// As with any stream block, the latency of an item starts when the item is requested. Observes its cancellation token immediately. Without
/// devices, it also runs in real time.
/// </remarks>
public sealed class SimulatedStreamBlock<TIn, TOut>(LatencyModel first, LatencyModel each, Func<TIn, IEnumerable<TOut>> make)
    : SimulatedWork<TIn>, IStreamBlock<TIn, TOut>
{
    readonly LatencyModel _first = first ?? throw new ArgumentNullException(nameof(first));
    readonly LatencyModel _each = each ?? throw new ArgumentNullException(nameof(each));
    readonly Func<TIn, IEnumerable<TOut>> _make = make ?? throw new ArgumentNullException(nameof(make));

    /// <summary>
    /// Gets the device that produces the items after the first one. The first item is produced on <see cref="SimulatedWork{TIn}.Device"/>.
    /// </summary>
    /// <value><see langword="null"/> by default, which means unlimited capacity, as with batched decode steps.</value>
    public SimulatedDevice? ItemDevice { get; init; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RandomKey key = KeyOf(input, context);
        await WorkAsync(_first.Sample(key, SizeOf(input)), Device, context, cancellationToken);
        int made = 0;
        foreach (TOut item in _make(input))
        {
            if (made > 0)
            {
                await WorkAsync(_each.Sample(key.Fold(made)), ItemDevice, context, cancellationToken);
            }

            made++;
            yield return item;
        }
    }
}
