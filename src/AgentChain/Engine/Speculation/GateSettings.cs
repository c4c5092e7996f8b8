using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Speculation;

/// <summary>The speculation options of a block, with its types.</summary>
sealed record GateSettings<TIn, TOut>
{
    /// <summary>Selects the commit key of an input; null if the input itself is the key.</summary>
    public Func<TIn, object?>? Key { get; init; }

    /// <summary>Determines whether two keys are equal.</summary>
    public Func<object?, object?, bool> KeysEqual { get; init; } = static (a, b) =>
        a is TIn one && b is TIn other ? EqualityComparer<TIn>.Default.Equals(one, other) : a is null && b is null;

    /// <summary>Guesses the output from the input; can return several guesses.</summary>
    public Func<TIn, BlockContext, IEnumerable<Hypothesis<TOut>>>? Guess { get; init; }

    /// <summary>Guesses the output from the input, asynchronously.</summary>
    public IBlock<TIn, Hypothesis<TOut>>? Predictor { get; init; }

    /// <summary>Guesses all items of a stream from the input.</summary>
    public Func<TIn, BlockContext, Hypothesis<IReadOnlyList<TOut>>?>? StreamGuess { get; init; }

    /// <summary>Guesses all items of a stream from the input, asynchronously.</summary>
    public IBlock<TIn, Hypothesis<IReadOnlyList<TOut>>>? StreamPredictor { get; init; }

    /// <summary>Whether the block publishes hypotheses itself.</summary>
    public bool Revises { get; init; }

    public bool IsSource => Guess is not null || Predictor is not null || StreamGuess is not null || StreamPredictor is not null || Revises;

    public GateSettings<TIn, TOut> WithKey<TKey>(Func<TIn, TKey> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return this with
        {
            Key = input => key(input),
            KeysEqual = static (a, b) => a is TKey one && b is TKey other ? EqualityComparer<TKey>.Default.Equals(one, other) : a is null && b is null,
        };
    }

    /// <summary>Returns these settings for a block with another type of output.</summary>
    public GateSettings<TIn, TOther> For<TOther>(Func<TIn, TOut, TOther> map) => new()
    {
        Key = Key,
        KeysEqual = KeysEqual,
        Revises = Revises,
        Guess = Guess is { } guess ? (input, context) => guess(input, context).Select(h => Map(h, input, map)) : null,
        Predictor = Predictor is { } predictor ? new Mapped<TOther>(predictor, map) : null,
    };

    static Hypothesis<TOther> Map<TOther>(Hypothesis<TOut> made, TIn input, Func<TIn, TOut, TOther> map) =>
        new(map(input, made.Value), made.Probability, made.IsFinal) { Features = made.Features };

    sealed class Mapped<TOther>(IBlock<TIn, Hypothesis<TOut>> predictor, Func<TIn, TOut, TOther> map) : IBlock<TIn, Hypothesis<TOther>>
    {
        public async ValueTask<Hypothesis<TOther>> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
            Map(await predictor.InvokeAsync(input, context, cancellationToken).AsGuardedTask(), input, map);
    }
}
