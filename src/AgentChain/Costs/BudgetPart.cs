namespace AgentChain.Costs;

/// <summary>A part of a chain as the split of its budget sees it.</summary>
abstract record BudgetPart
{
    /// <summary>A block.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Device">The device of its cost; empty for none.</param>
    /// <param name="Samples">Seconds in ascending order that stand for equal shares of its runs.</param>
    /// <param name="Own">The budget that the host gave it; null if it gets a share.</param>
    /// <param name="IsCut">Whether a run ends when that budget runs out.</param>
    /// <param name="MayGet">Whether it can get a budget; a block that runs in place cannot.</param>
    internal sealed record Block(string Name, string Device, double[] Samples, TimeSpan? Own, bool IsCut, bool MayGet) : BudgetPart;

    /// <summary>Parts that run one after the other.</summary>
    internal sealed record Series(IReadOnlyList<BudgetPart> Parts) : BudgetPart;

    /// <summary>A part that runs several times, one after the other.</summary>
    internal sealed record Rounds(BudgetPart Part, int Count) : BudgetPart;

    /// <summary>A sub-chain with a budget of its own.</summary>
    /// <param name="Part">What is inside.</param>
    /// <param name="Own">The budget.</param>
    /// <param name="IsCut">Whether a run ends when the budget runs out.</param>
    internal sealed record Limited(BudgetPart Part, TimeSpan Own, bool IsCut) : BudgetPart;

    /// <summary>Parts that run at the same time and are all waited for, or of which a turn takes one.</summary>
    internal sealed record Branches(IReadOnlyList<BudgetPart> Parts) : BudgetPart;
}
