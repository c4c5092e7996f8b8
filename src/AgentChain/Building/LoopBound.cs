using AgentChain.Blocks;

namespace AgentChain.Building;

/// <summary>How often a loop may run, and what happens when it is still not done.</summary>
public readonly record struct LoopBound
{
    LoopBound(int maxRounds, bool takesLast) => (MaxRounds, TakesLast) = (maxRounds, takesLast);

    /// <summary>Gets the most rounds.</summary>
    public int MaxRounds { get; }

    /// <summary>Gets whether the last round's value goes on when the rounds are used up.</summary>
    public bool TakesLast { get; }

    /// <summary>The turn fails when the loop is not done after so many rounds.</summary>
    /// <param name="rounds">At least 1.</param>
    /// <returns>The bound.</returns>
    public static LoopBound Fail(int rounds) => new(rounds, false);

    /// <summary>The last value goes on when the loop is not done after so many rounds.</summary>
    /// <param name="rounds">At least 1.</param>
    /// <returns>The bound.</returns>
    public static LoopBound TakeLast(int rounds) => new(rounds, true);
}
