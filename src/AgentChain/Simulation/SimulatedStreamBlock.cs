using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>
/// Stands in for a block that makes a stream, such as a language model: one time to the first item (prefill and one step), another from each
/// item to the next (decode).
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
/// <param name="first">The time to the first item; also that to the end of a stream without items.</param>
/// <param name="each">The time from each item to the next; its size is always 0.</param>
/// <param name="make">Makes the items.</param>
/// <remarks>
/// The time from one item to the next begins when the next is asked for, as with any stream block. Obeys its token at once. Without devices
/// it also runs in real time.
/// </remarks>
public sealed class SimulatedStreamBlock<TIn, TOut>(LatencyModel first, LatencyModel each, Func<TIn, IEnumerable<TOut>> make)
    : SimulatedWork<TIn>, IStreamBlock<TIn, TOut>
{
    readonly LatencyModel _first = first ?? throw new ArgumentNullException(nameof(first));
    readonly LatencyModel _each = each ?? throw new ArgumentNullException(nameof(each));
    readonly Func<TIn, IEnumerable<TOut>> _make = make ?? throw new ArgumentNullException(nameof(make));

    /// <summary>Gets the device on which the items after the first are made; that of the first is <see cref="SimulatedWork{TIn}.Device"/>.</summary>
    /// <value><see langword="null"/> by default: there is always room for one more, as where decode steps are batched.</value>
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
