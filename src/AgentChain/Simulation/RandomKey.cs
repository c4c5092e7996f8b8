namespace AgentChain.Simulation;

/// <summary>
/// Represents a key of random numbers that depend on their purpose, not on the order in which they are drawn: a seed, a block and a turn
/// always give the same number, so two policies can be compared with identical randomness. Counter-based, as in Salmon, Moraes, Dror and
/// Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011), with the mixing function of SplitMix64. Not for cryptographic use.
/// </summary>
/// <param name="Value">The bits of the key.</param>
public readonly record struct RandomKey(ulong Value)
{
    /// <summary>Creates a key from a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>The key.</returns>
    public static RandomKey Of(long seed) => new(Mix((ulong)seed + 0x9e3779b97f4a7c15UL));

    /// <summary>Derives the key of a part, such as a turn, a word or an attempt.</summary>
    /// <param name="part">The number of the part.</param>
    /// <returns>The key of the part, which is independent of the keys of other parts.</returns>
    public RandomKey Fold(long part) => new(Mix(Value ^ Mix((ulong)part + 0xd1b54a32d192ed03UL)));

    /// <summary>Derives the key of a named part, such as a block.</summary>
    /// <param name="part">The name of the part. It is hashed by its characters, with the same result in every process.</param>
    /// <returns>The key of the part.</returns>
    public RandomKey Fold(string part)
    {
        ArgumentNullException.ThrowIfNull(part);
        ulong hash = 14695981039346656037UL;
        foreach (char c in part)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Fold((long)hash);
    }

    /// <summary>Draws a uniformly distributed number from 0 (inclusive) to 1 (exclusive).</summary>
    /// <returns>The number. Each call returns the same number.</returns>
    public double Uniform() => (Mix(Value + 0x2545f4914f6cdd1dUL) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws a number from the standard normal distribution, with a mean of 0 and a standard deviation of 1.</summary>
    /// <returns>The number. Each call returns the same number.</returns>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Fold(1).Uniform());

    /// <summary>Draws a uniformly distributed integer.</summary>
    /// <param name="bound">The exclusive upper bound; at least 1.</param>
    /// <returns>A number from 0 (inclusive) to the bound (exclusive).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is less than 1.</exception>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(Uniform() * bound);
    }

    static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9UL;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebUL;
        return bits ^ (bits >> 31);
    }
}
