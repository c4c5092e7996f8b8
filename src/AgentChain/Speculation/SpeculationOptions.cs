namespace AgentChain.Speculation;

/// <summary>Provides the speculation options of a chain. They are read once, by <c>Build</c>.</summary>
public sealed record SpeculationOptions
{
    /// <summary>Gets the maximum speculation level of any block, regardless of the block's own options.</summary>
    /// <value>
    /// <see cref="SpeculationLevel.Full"/> by default. With <see cref="SpeculationLevel.None"/>, the chain is built as if no block
    /// speculated.
    /// </value>
    public SpeculationLevel Level { get; init; } = SpeculationLevel.Full;

    /// <summary>Gets the controller that decides whether a block starts on a hypothesis.</summary>
    /// <value>By default, the chain creates its own <see cref="SpeculationController"/>.</value>
    public ISpeculationController? Controller { get; init; }

    /// <summary>
    /// Gets the share of its useful working time that a conversation can waste on speculation. Each conversation has its own budget; turns
    /// outside of conversations share one.
    /// </summary>
    /// <value>Unlimited (<see langword="null"/>) by default; 0 or more, for example 0.24 for about a quarter.</value>
    public double? WasteShare { get; init; }

    /// <summary>
    /// Gets the maximum waste that can accumulate, which is also the initial budget. Applies only if <see cref="WasteShare"/> is set.
    /// </summary>
    /// <value>
    /// 10 s by default; not negative. For a conversation whose blocks work for half a second per turn, a much smaller burst blocks
    /// speculation before its estimates have learned anything.
    /// </value>
    public TimeSpan WasteBurst { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets the number of stream items that are held for a value that is not final. When it is reached, the block waits.
    /// </summary>
    /// <value>4096 by default; at least 1.</value>
    public int HoldCapacity { get; init; } = 4096;

    /// <summary>
    /// Gets the time that a commit hook can take before its turn fails, and the time that a turn waits for a prefill of its own input.
    /// </summary>
    /// <value>1 s by default; more than zero.</value>
    public TimeSpan HookTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
