namespace AgentChain.Speculation;

/// <summary>What a controller is asked: shall this block start on this hypothesis now? Holds no user text.</summary>
public readonly record struct SpeculationRequest
{
    /// <summary>Gets the block's name in its chain.</summary>
    public required string Block { get; init; }

    /// <summary>Gets how far the block would go.</summary>
    public required SpeculationLevel Level { get; init; }

    /// <summary>Gets the time, from any fixed instant, by the chain's clock.</summary>
    public TimeSpan Now { get; init; }

    /// <summary>Gets P(final) as published, 0 to 1; the product where hypotheses rest on hypotheses.</summary>
    public double Probability { get; init; }

    /// <summary>Gets the evidence published with the hypothesis.</summary>
    public HypothesisFeatures Features { get; init; }

    /// <summary>Gets how many hypotheses in a row, this one not counted, have had an equal commit key at this block.</summary>
    public int Unchanged { get; init; }

    /// <summary>Gets how many speculations this block has started in this turn.</summary>
    public int Started { get; init; }

    /// <summary>Gets how long the block is expected to work: its cost if in vain, and at most its gain.</summary>
    public TimeSpan Work { get; init; }

    /// <summary>Gets how long this block and those behind it that speculate too are expected to take, one after the other.</summary>
    public TimeSpan Path { get; init; }

    /// <summary>Gets when the truth is expected, counted from now: as published, or else as learned.</summary>
    /// <value><see langword="null"/> when nothing is known.</value>
    public TimeSpan? TimeToFinal { get; init; }

    /// <summary>Gets how busy the devices are that the block may use: 0 idle, 1 all leases taken, more when work waits.</summary>
    public double Load { get; init; }

    /// <summary>Gets the waste budget of the conversation the turn belongs to, or else the chain's.</summary>
    public WasteBudget? Budget { get; init; }
}
