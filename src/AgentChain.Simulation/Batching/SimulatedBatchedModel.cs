using System.Runtime.CompilerServices;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates a language model on a batching device: reads the prompt in one step, which produces the first item, and then takes a step for
/// each further item, together with all other turns on the device.
/// </summary>
/// <typeparam name="TIn">The type of the prompt.</typeparam>
/// <typeparam name="TOut">The type of the items, each of which stands for one token.</typeparam>
/// <param name="device">The device that produces the items.</param>
/// <param name="tokens">A function that returns the number of tokens of a prompt.</param>
/// <param name="make">A function that creates the items; their number must be finite, because all are created before the first step.</param>
/// <remarks>Observes its cancellation token immediately. Runs only in virtual time.</remarks>
/// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
public sealed class SimulatedBatchedModel<TIn, TOut>(SimulatedBatchDevice device, Func<TIn, int> tokens, Func<TIn, IEnumerable<TOut>> make)
    : IStreamBlock<TIn, TOut>
{
    readonly SimulatedBatchDevice _device = device ?? throw new ArgumentNullException(nameof(device));
    readonly Func<TIn, int> _tokens = tokens ?? throw new ArgumentNullException(nameof(tokens));
    readonly Func<TIn, IEnumerable<TOut>> _make = make ?? throw new ArgumentNullException(nameof(make));

    /// <summary>Gets the device that reads the prompts, if it is another than that which produces the items.</summary>
    /// <value><see langword="null"/> by default: one device does both, prompts first.</value>
    public SimulatedBatchDevice? PromptDevice { get; init; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int read = _tokens(input);
        TOut[] items = [.. _make(input)];
        await (PromptDevice ?? _device).PromptAsync(read, context, cancellationToken);
        if (items.Length == 0)
        {
            yield break;
        }

        yield return items[0];
        await foreach (int made in _device.StreamAsync(Math.Max(0, read), items.Length - 1, context, cancellationToken))
        {
            yield return items[made];
        }
    }
}
