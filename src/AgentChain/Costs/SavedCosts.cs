namespace AgentChain.Costs;

/// <summary>The contents of a file of learned costs.</summary>
sealed record SavedCosts
{
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    public required SavedCost[] Blocks { get; init; }
}
