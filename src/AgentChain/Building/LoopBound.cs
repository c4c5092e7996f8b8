namespace AgentChain;

/// <summary>Represents the maximum number of rounds of a loop, and what happens when they are used up.</summary>
public readonly record struct LoopBound
{
    LoopBound(int maxRounds, bool takesLast) => (MaxRounds, TakesLast) = (maxRounds, takesLast);

    /// <summary>Gets the maximum number of rounds.</summary>
    public int MaxRounds { get; }

    /// <summary>
    /// Gets a value that indicates whether the loop outputs the last round's value when the rounds are used up; otherwise, the turn fails.
    /// </summary>
    public bool TakesLast { get; }

    /// <summary>Creates a bound that fails the turn if the loop is not done after the specified number of rounds.</summary>
    /// <param name="rounds">The maximum number of rounds; at least 1.</param>
    /// <returns>The bound.</returns>
    public static LoopBound Fail(int rounds) => new(rounds, false);

    /// <summary>Creates a bound that outputs the last value if the loop is not done after the specified number of rounds.</summary>
    /// <param name="rounds">The maximum number of rounds; at least 1.</param>
    /// <returns>The bound.</returns>
    public static LoopBound TakeLast(int rounds) => new(rounds, true);
}
