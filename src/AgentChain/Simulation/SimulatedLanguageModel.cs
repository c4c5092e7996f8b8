using System.Runtime.CompilerServices;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates a language model with a key/value cache: it processes the tokens of the prompt that are not cached (prefill), then produces
/// one item after another (decode). It supports prefill, so it can be used with <c>Speculate(SpeculationLevel.Prefill)</c>.
/// </summary>
/// <typeparam name="TIn">The type of the prompt.</typeparam>
/// <typeparam name="TOut">The type of the items.</typeparam>
/// <param name="prefill">
/// The latency of processing the uncached tokens of a prompt, such as <see cref="LatencyModel.PerToken"/>. Its size is the number of these
/// tokens.
/// </param>
/// <param name="step">The latency of each item. Its size is always 0.</param>
/// <param name="make">A function that creates the items.</param>
/// <remarks>
/// <see cref="SimulatedWork{TIn}.Size"/> returns the number of tokens of a prompt. At least one token is always processed, even if the
/// whole prompt is cached, because a real model needs one to continue from. A canceled prefill leaves nothing in a cache. The cache changes
/// the times, never the items. Observes its cancellation token immediately. Without devices, it also runs in real time.
/// </remarks>
/// <exception cref="ArgumentNullException">A model or function is null.</exception>
public sealed class SimulatedLanguageModel<TIn, TOut>(LatencyModel prefill, LatencyModel step, Func<TIn, IEnumerable<TOut>> make)
    : SimulatedWork<TIn>, IStreamBlock<TIn, TOut>, IPrefill<TIn>
{
    readonly LatencyModel _prefill = prefill ?? throw new ArgumentNullException(nameof(prefill));
    readonly LatencyModel _step = step ?? throw new ArgumentNullException(nameof(step));
    readonly Func<TIn, IEnumerable<TOut>> _make = make ?? throw new ArgumentNullException(nameof(make));
    readonly Lock _lock = new();
    readonly List<TIn> _cached = [];
    readonly int _caches = 4;

    /// <summary>Gets the function that returns the number of leading tokens that two prompts share.</summary>
    /// <value>By default, equal prompts share all tokens and different prompts share none.</value>
    public Func<TIn, TIn, int>? Shared { get; init; }

    /// <summary>Gets the number of cached prompts. The least recently used prompt is evicted first.</summary>
    /// <value>4 by default; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Caches
    {
        get => _caches;
        init
        {
            _caches = OptionCheck.AtLeast(value, 1, "SimulatedLanguageModel.Caches");
        }
    }

    /// <summary>
    /// Gets the device that produces the items. The prefill runs on <see cref="SimulatedWork{TIn}.Device"/>.
    /// </summary>
    /// <value><see langword="null"/> by default, which means unlimited capacity, as with batched decode steps.</value>
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

    /// <summary>Returns the number of tokens of a prompt that are not cached.</summary>
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
            // A prompt that continues a cached one takes over its cache.
            int at = _cached.FindIndex(cached => Alike(cached, input) >= SizeOf(cached));
            if (at >= 0 || _cached.Count == Caches)
            {
                _cached.RemoveAt(Math.Max(0, at));
            }

            _cached.Add(input);
        }
    }

    int Alike(TIn cached, TIn input) =>
        Shared is { } shared ? shared(cached, input) : EqualityComparer<TIn>.Default.Equals(cached, input) ? SizeOf(input) : 0;
}
