namespace AgentChain.Speculation;

/// <summary>
/// Represents a request to a controller: whether a block should start on a hypothesis now. Contains no user text.
/// </summary>
public readonly record struct SpeculationRequest
{
    /// <summary>Gets the name of the block in its chain.</summary>
    public required string Block { get; init; }

    /// <summary>Gets the speculation level at which the block would start.</summary>
    public required SpeculationLevel Level { get; init; }

    /// <summary>Gets the time of the request on the chain's clock, counted from a fixed instant.</summary>
    public TimeSpan Now { get; init; }

    /// <summary>
    /// Gets the published P(final), 0 to 1. For a hypothesis that depends on other hypotheses, this is the product of their probabilities.
    /// </summary>
    public double Probability { get; init; }

    /// <summary>Gets the evidence published with the hypothesis.</summary>
    public HypothesisFeatures Features { get; init; }

    /// <summary>Gets the number of preceding hypotheses in a row that had an equal commit key at this block.</summary>
    public int Unchanged { get; init; }

    /// <summary>Gets the number of speculations that this block has started in this turn.</summary>
    public int Started { get; init; }

    /// <summary>
    /// Gets the expected working time of the block. This is the cost if the work is terminated, and an upper bound of the gain.
    /// </summary>
    public TimeSpan Work { get; init; }

    /// <summary>Gets the expected time of this block and its speculating downstream blocks, one after another.</summary>
    public TimeSpan Path { get; init; }

    /// <summary>
    /// Gets the expected time until the final value is known, counted from now: the published time or, if there is none, the learned time.
    /// </summary>
    /// <value><see langword="null"/> if neither is known.</value>
    public TimeSpan? TimeToFinal { get; init; }

    /// <summary>
    /// Gets the load of the devices that the block can use: 0 is idle, 1 means that all leases are taken, and a higher value means that
    /// work is waiting.
    /// </summary>
    public double Load { get; init; }

    /// <summary>Gets the waste budget of the turn's conversation or, outside of conversations, of the chain.</summary>
    public WasteBudget? Budget { get; init; }
}
