namespace AgentChain;

/// <summary>Describes a budget of which a share is gone, or that was exceeded. Immutable.</summary>
public sealed class BudgetEventArgs : EventArgs
{
    internal BudgetEventArgs(TurnId turn, string? block, BudgetLimit limit, TimeSpan budget, TimeSpan elapsed) =>
        (TurnId, Block, Limit, Budget, Elapsed) = (turn, block, limit, budget, elapsed);

    /// <summary>Gets the turn.</summary>
    public TurnId TurnId { get; }

    /// <summary>Gets the name of the block; <see langword="null"/> for the budget of the whole turn.</summary>
    public string? Block { get; }

    /// <summary>Gets the limit.</summary>
    public BudgetLimit Limit { get; }

    /// <summary>Gets the size of the budget.</summary>
    public TimeSpan Budget { get; }

    /// <summary>Gets the time since the budget began to count.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Returns a one-line description.</summary>
    /// <returns>The description.</returns>
    public override string ToString() =>
        $"{(Block is null ? $"{TurnId}" : $"block '{Block}' of {TurnId}")}: {OptionCheck.Ms(Elapsed)} of {OptionCheck.Ms(Budget)} ({Limit})";
}
