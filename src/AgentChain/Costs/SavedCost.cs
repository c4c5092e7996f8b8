namespace AgentChain.Costs;

/// <summary>The state of a <see cref="LearnedCost"/> as it is written to a file.</summary>
sealed record SavedCost
{
    public required string Block { get; init; }

    public string Device { get; init; } = "";

    public CostPart Part { get; init; }

    public long Runs { get; init; }

    public CostModel? Model { get; init; }

    public double[] Fit { get; init; } = [];

    public double[] Corrections { get; init; } = [];

    public int[] Corrected { get; init; } = [];

    /// <summary>Pairs of a ratio and its weight.</summary>
    public double[][] Residuals { get; init; } = [];

    /// <summary>Pairs of seconds and their weight.</summary>
    public double[][] Times { get; init; } = [];

    /// <summary>Returns the field that cannot be used and why; null if all can.</summary>
    public string? FindMistake() =>
        OptionCheck.NameMistake(Block) is { } name ? $"block: {name}"
        : Device is null ? "device must be a text."
        : !Enum.IsDefined(Part) ? $"part is {Part}; it must be 0, 1 or 2."
        : Runs < 0 ? $"runs is {Runs}; it must be 0 or more."
        : Fit is not { Length: CostFit.Terms } || !Array.TrueForAll(Fit, term => Math.Abs(term) < 1e15)
            ? $"fit must be {CostFit.Terms} finite numbers between -10^15 and 10^15."
        : Corrections is not { Length: LearnedCost.Sizes } || !Array.TrueForAll(Corrections, c => Math.Abs(c) < 100)
            ? $"corrections must be {LearnedCost.Sizes} numbers between -100 and 100."
        : Corrected is not { Length: LearnedCost.Sizes } || !Array.TrueForAll(Corrected, c => c >= 0)
            ? $"corrected must be {LearnedCost.Sizes} numbers of 0 or more."
        : Residuals is not { Length: > 0 } || !ArePairs(Residuals) ? "residuals must be pairs of a positive ratio and a positive weight, at least one."
        : !ArePairs(Times) ? "times must be pairs of positive seconds and a positive weight."
        : Runs > 0 && Times.Length == 0 ? "times must not be empty after runs."
        : null;

    static bool ArePairs(double[][]? pairs) =>
        pairs is not null && Array.TrueForAll(pairs, pair => pair is [> 0 and < 1e9, > 0 and < 1e15]);
}
