namespace AgentChain.Speculation;

/// <summary>How a chain speculates. Read once, at Build.</summary>
public sealed record SpeculationOptions
{
    /// <summary>Gets the most that any block may do on a hypothesis, whatever its own options say.</summary>
    /// <value><see cref="SpeculationLevel.Full"/> by default; <see cref="SpeculationLevel.None"/> builds the chain as if no block speculated.</value>
    public SpeculationLevel Level { get; init; } = SpeculationLevel.Full;

    /// <summary>Gets what decides whether a block starts on a hypothesis.</summary>
    /// <value>A <see cref="SpeculationController"/> of the chain's own by default.</value>
    public ISpeculationController? Controller { get; init; }

    /// <summary>
    /// Gets how much of its useful working time a conversation may waste on speculation. Each conversation has a budget of its own; turns
    /// outside of conversations share one.
    /// </summary>
    /// <value>Unlimited (<see langword="null"/>) by default; 0 or more, 0.24 for about a quarter.</value>
    public double? WasteShare { get; init; }

    /// <summary>Gets how much waste can be saved up, and how much there is at first; only with <see cref="WasteShare"/>.</summary>
    /// <value>
    /// 10 s by default; not negative. A conversation whose blocks work for half a second a turn is held back by much less, before its
    /// estimates have learned anything.
    /// </value>
    public TimeSpan WasteBurst { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how many items of a stream are held for a value that is not certain yet; then its block waits.</summary>
    /// <value>4096 by default; at least 1.</value>
    public int HoldCapacity { get; init; } = 4096;

    /// <summary>Gets how long a commit hook may take before its turn fails, and how long a turn waits for the pre-fill of its very input.</summary>
    /// <value>One second by default; more than zero.</value>
    public TimeSpan HookTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
