using AgentChain.Turns;

namespace AgentChain.Onnx.Language;

/// <summary>A cache of a <see cref="CachePool"/>, with what the pool must know to choose it.</summary>
sealed class PooledCache(KeyValueCache cache)
{
    public KeyValueCache Cache { get; } = cache;

    /// <summary>How many of its tokens a generation left there; what lies behind was read ahead. 0 where all of it was.</summary>
    public int Settled { get; private set; }

    /// <summary>The turn it was read ahead for.</summary>
    public TurnId Turn { get; private set; }

    /// <summary>Whether nothing but guesses are in it, so that no conversation misses what it forgets.</summary>
    public bool IsGuess => Settled == 0 && Cache.Length > 0;

    /// <summary>How many tokens of a prompt's beginning it has read, at most as many as asked for.</summary>
    public int Knows(int[] prompt, int most) => Cache.Tokens.CommonPrefixLength(prompt.AsSpan(0, most));

    /// <summary>Forgets what is not the beginning of a prompt that is to be read ahead.</summary>
    public void ReadAhead(int common, TurnId turn)
    {
        (Settled, Turn) = (common < Settled ? 0 : Settled, turn);
        Cache.Rewind(common);
    }

    /// <summary>All of it is a generation's.</summary>
    public void Settle() => (Settled, Turn) = (Cache.Length, default);
}
