using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>
/// Stands in for a language model with a key/value cache: it takes in the prompt (prefill), as far as no cache holds it already, and then
/// makes one item after the other (decode). It can be warmed, so it goes where a chain says <c>Speculate(SpeculationLevel.Prefill)</c>.
/// </summary>
/// <typeparam name="TIn">What it takes, the prompt.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
/// <param name="prefill">
/// The time to take in the tokens of a prompt that are in no cache, such as <see cref="LatencyModel.PerToken"/>; its size is their number.
/// </param>
/// <param name="step">The time for each item; its size is always 0.</param>
/// <param name="make">Makes the items.</param>
/// <remarks>
/// <see cref="SimulatedWork{TIn}.Size"/> gives a prompt's tokens. Of a prompt at least one token is taken in, however much of it is cached, as a
/// real model must to have something to go on from. Warming that is cancelled leaves nothing in a cache. What is cached changes the times,
/// never the items. Obeys its token at once. Without devices it also runs in real time.
/// </remarks>
/// <exception cref="ArgumentNullException">A model or function is missing.</exception>
public sealed class SimulatedLanguageModel<TIn, TOut>(LatencyModel prefill, LatencyModel step, Func<TIn, IEnumerable<TOut>> make)
    : SimulatedWork<TIn>, IStreamBlock<TIn, TOut>, IPrefill<TIn>
{
    readonly LatencyModel _prefill = prefill ?? throw new ArgumentNullException(nameof(prefill));
    readonly LatencyModel _step = step ?? throw new ArgumentNullException(nameof(step));
    readonly Func<TIn, IEnumerable<TOut>> _make = make ?? throw new ArgumentNullException(nameof(make));
    readonly Lock _lock = new();
    readonly List<TIn> _cached = [];
    readonly int _caches = 4;

    /// <summary>Gets what gives the number of tokens that two prompts begin with alike.</summary>
    /// <value>All where they are equal and none otherwise, by default.</value>
    public Func<TIn, TIn, int>? Shared { get; init; }

    /// <summary>Gets how many prompts are kept; the one that was not used for longest gives way.</summary>
    /// <value>At least 1; 4 by default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Caches
    {
        get => _caches;
        init
        {
            _caches = OptionCheck.AtLeast(value, 1, "SimulatedLanguageModel.Caches");
        }
    }

    /// <summary>Gets the device on which the items are made; that of the prefill is <see cref="SimulatedWork{TIn}.Device"/>.</summary>
    /// <value><see langword="null"/> by default: there is always room for one more, as where decode steps are batched.</value>
    public SimulatedDevice? ItemDevice { get; init; }

    /// <inheritdoc/>
    public async ValueTask PrefillAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        int missing = Missing(input);
        if (missing > 0)
        {
            await WorkAsync(_prefill.Sample(KeyOf(input, context), missing), Device, context, cancellationToken);
        }

        Keep(input);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RandomKey key = KeyOf(input, context);
        await WorkAsync(_prefill.Sample(key, Math.Max(Missing(input), Math.Min(1, SizeOf(input)))), Device, context, cancellationToken);
        Keep(input);
        int made = 0;
        foreach (TOut item in _make(input))
        {
            await WorkAsync(_step.Sample(key.Fold(++made)), ItemDevice, context, cancellationToken);
            yield return item;
        }
    }

    /// <summary>How many tokens of a prompt no cache holds.</summary>
    int Missing(TIn input)
    {
        int held = 0;
        lock (_lock)
        {
            foreach (TIn cached in _cached)
            {
                held = Math.Max(held, Alike(cached, input));
            }
        }

        return Math.Max(0, SizeOf(input) - held);
    }

    void Keep(TIn input)
    {
        lock (_lock)
        {
            // A prompt that goes on where another ended takes its cache over.
            int at = _cached.FindIndex(cached => Alike(cached, input) >= SizeOf(cached));
            if (at >= 0 || _cached.Count == Caches)
            {
                _cached.RemoveAt(Math.Max(0, at));
            }

            _cached.Add(input);
        }
    }

    int Alike(TIn cached, TIn input) => Shared is { } shared ? shared(cached, input) : EqualityComparer<TIn>.Default.Equals(cached, input) ? SizeOf(input) : 0;
}
