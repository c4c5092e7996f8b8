namespace AgentChain.Simulation;

/// <summary>
/// Random numbers that are a function of what they are for, not of the order in which they are drawn: a seed, a block and a turn give the
/// same number whatever else happens, so two policies can be compared under the same luck. Counter-based, as in Salmon, Moraes, Dror and
/// Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011); the mixing is SplitMix64's. Not for secrets.
/// </summary>
/// <param name="Value">The key's bits.</param>
public readonly record struct RandomKey(ulong Value)
{
    /// <summary>Makes a key from a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>The key.</returns>
    public static RandomKey Of(long seed) => new(Mix((ulong)seed + 0x9e3779b97f4a7c15UL));

    /// <summary>Gives the key of a part, such as a turn, a word or an attempt.</summary>
    /// <param name="part">Which.</param>
    /// <returns>The part's key; it shares nothing with those of other parts.</returns>
    public RandomKey Fold(long part) => new(Mix(Value ^ Mix((ulong)part + 0xd1b54a32d192ed03UL)));

    /// <summary>Gives the key of a part that has a name, such as a block.</summary>
    /// <param name="part">Its name; compared by its characters, the same in every process.</param>
    /// <returns>The part's key.</returns>
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

    /// <summary>Draws a number from 0 (included) to 1 (excluded), all equally likely.</summary>
    /// <returns>The number; the same each time.</returns>
    public double Uniform() => (Mix(Value + 0x2545f4914f6cdd1dUL) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws a number from the standard normal distribution: mean 0, deviation 1.</summary>
    /// <returns>The number; the same each time.</returns>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Fold(1).Uniform());

    /// <summary>Draws a whole number.</summary>
    /// <param name="bound">The bound; at least 1.</param>
    /// <returns>A number from 0 to below the bound.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
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
