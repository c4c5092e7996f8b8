namespace AgentChain.Onnx.Language;

/// <summary>Represents a cache in a <see cref="CachePool"/> with the state that the pool needs to select it.</summary>
sealed class PooledCache(KeyValueCache cache)
{
    public KeyValueCache Cache { get; } = cache;

    /// <summary>The number of leading tokens that a generation left; any further tokens were prefilled. 0 if all of them were.</summary>
    public int Settled { get; private set; }

    /// <summary>The turn that the cache was prefilled for.</summary>
    public TurnId Turn { get; private set; }

    /// <summary>The prompt that a generation took the cache for.</summary>
    public int[] Prompt { get; set; } = [];

    /// <summary>Whether the cache holds prefilled tokens only, so that no conversation loses anything when it is rewound.</summary>
    public bool IsGuess => Settled == 0 && Cache.Length > 0;

    /// <summary>Returns the length of the common prefix with a prompt, up to a maximum.</summary>
    public int Knows(int[] prompt, int most) => Cache.Tokens.CommonPrefixLength(prompt.AsSpan(0, most));

    /// <summary>Rewinds the cache to its common prefix with a prompt that is about to be prefilled.</summary>
    public void ReadAhead(int common, TurnId turn)
    {
        (Settled, Turn) = (common < Settled ? 0 : Settled, turn);
        Cache.Rewind(common);
    }

    /// <summary>Marks all tokens as left by a generation.</summary>
    public void Settle() => (Settled, Turn) = (Cache.Length, default);
}
