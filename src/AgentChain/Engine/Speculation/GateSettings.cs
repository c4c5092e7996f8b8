namespace AgentChain.Engine.Speculation;

/// <summary>The speculation options of a block, with its types.</summary>
sealed record GateSettings<TIn, TOut>
{
    /// <summary>Selects the commit key of an input; null if the input itself is the key.</summary>
    public Func<TIn, object?>? Key { get; init; }

    /// <summary>Determines whether two keys are equal.</summary>
    public Func<object?, object?, bool> KeysEqual { get; init; } = static (a, b) =>
        a is TIn one && b is TIn other ? EqualityComparer<TIn>.Default.Equals(one, other) : a is null && b is null;

    /// <summary>The sources of guesses of the output, in the order of the calls that added them.</summary>
    public IReadOnlyList<GuessSource<TIn, IEnumerable<Hypothesis<TOut>>?>> Guesses { get; init; } = [];

    /// <summary>The source of a guess of all items of a stream; null if there is none.</summary>
    public GuessSource<TIn, Hypothesis<IReadOnlyList<TOut>>?>? StreamGuess { get; init; }

    /// <summary>Whether the block publishes hypotheses itself.</summary>
    public bool Revises { get; init; }

    public bool IsSource => Guesses.Count > 0 || StreamGuess is not null || Revises;

    public GateSettings<TIn, TOut> WithKey<TKey>(Func<TIn, TKey> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return this with
        {
            Key = input => key(input),
            KeysEqual = static (a, b) => a is TKey one && b is TKey other
                ? EqualityComparer<TKey>.Default.Equals(one, other)
                : a is null && b is null,
        };
    }

    /// <summary>Returns these settings for a block with another type of output.</summary>
    public GateSettings<TIn, TOther> For<TOther>(Func<TIn, TOut, TOther> map) => new()
    {
        Key = Key,
        KeysEqual = KeysEqual,
        Revises = Revises,
        Guesses = [.. Guesses.Select(source => source.Map((input, made) => made?.Select(h => Map(h, input, map))))],
    };

    static Hypothesis<TOther> Map<TOther>(Hypothesis<TOut> made, TIn input, Func<TIn, TOut, TOther> map) =>
        new(map(input, made.Value), made.Probability, made.IsFinal) { Features = made.Features };
}
