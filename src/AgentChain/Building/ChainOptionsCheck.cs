using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>Finds errors in the options of a chain.</summary>
/// <param name="errors">The list that receives the errors.</param>
sealed class ChainOptionsCheck(List<string> errors)
{
    static readonly TimeSpan ShortestKeepWarm = TimeSpan.FromMilliseconds(1);

    /// <summary>Checks the options of a chain.</summary>
    /// <param name="options">The options.</param>
    /// <param name="isStream">Whether the chain produces a stream.</param>
    public void Check(ChainOptions options, bool isStream)
    {
        Try(() => OptionCheck.AtLeast(options.MaxTurns, 1, "ChainOptions.MaxTurns"));
        Try(() => OptionCheck.AtLeast(options.MaxWaitingTurns, 1, "ChainOptions.MaxWaitingTurns"));
        Try(() => OptionCheck.AtLeast(options.OutputCapacity, 1, "ChainOptions.OutputCapacity"));
        Try(() => OptionCheck.NotNegative(options.Grace, "ChainOptions.Grace"));
        Try(() => KeepWarm(options.KeepWarm));
        Try(() => OptionCheck.Share(options.BudgetWarningShare, "ChainOptions.BudgetWarningShare"));
        Target(options, isStream);
        Overload(options, isStream);
        if (options.Budget is { FirstOutputLimit: { } first, TotalLimit: { } total } && first > total)
        {
            errors.Add($"ChainOptions.Budget: the chain's budget to its first output ({OptionCheck.Ms(first)}) is larger than its total ({OptionCheck.Ms(total)}).");
        }

        if (options.Budget.StallLimit is { } stall && !isStream)
        {
            errors.Add($"ChainOptions.Budget: the chain's longest stall is {OptionCheck.Ms(stall)}, but the chain returns one value and cannot stall between outputs; remove it, or limit the total time.");
        }

        if (Try(() => OptionCheck.NotNull(options.Speculation, "ChainOptions.Speculation")))
        {
            Speculation(options.Speculation);
        }
    }

    static void KeepWarm(TimeSpan? period)
    {
        OptionCheck.Positive(period, "ChainOptions.KeepWarm");
        if (period < ShortestKeepWarm)
        {
            throw OptionCheck.OutOfRange("ChainOptions.KeepWarm", period.Value, "it must be at least 1 ms, or null for none: the chain would do nothing but warm up.");
        }
    }

    void Target(ChainOptions options, bool isStream)
    {
        if (options.OnTimeTarget is not { } target)
        {
            return;
        }

        if (target is not (> 0 and < 1))
        {
            errors.Add(OptionCheck.Text($"ChainOptions.OnTimeTarget is {target}; it must be a number above 0 and below 1, or null for none."));
        }

        if ((options.Budget.FirstOutputLimit ?? (isStream ? null : options.Budget.TotalLimit)) is null)
        {
            errors.Add($"ChainOptions.OnTimeTarget is set, but the chain has no budget{(isStream ? " to its first output" : "")} to be split; set ChainOptions.Budget{(isStream ? " to LatencyBudget.FirstOutput" : "")}, or remove the target.");
        }
    }

    void Overload(ChainOptions options, bool isStream)
    {
        if (options.Overload is not { } overload)
        {
            return;
        }

        Try(() => OptionCheck.Within(overload.RejectBelow, 0, 1, "OverloadOptions.RejectBelow"));
        Try(() => OptionCheck.AtLeast(overload.OverloadBacklog, 0, "OverloadOptions.OverloadBacklog"));
        if ((options.Budget.FirstOutputLimit ?? (isStream ? null : options.Budget.TotalLimit)) is null)
        {
            errors.Add($"ChainOptions.Overload is set, but the chain has no budget{(isStream ? " to its first output" : "")} that turns could miss; set ChainOptions.Budget{(isStream ? " to LatencyBudget.FirstOutput" : "")}, or remove Overload.");
        }
    }

    void Speculation(SpeculationOptions options)
    {
        Try(() => OptionCheck.Defined(options.Level, "SpeculationOptions.Level"));
        Try(() => OptionCheck.AtLeast(options.HoldCapacity, 1, "SpeculationOptions.HoldCapacity"));
        Try(() => OptionCheck.Positive(options.HookTimeout, "SpeculationOptions.HookTimeout"));
        Try(() => OptionCheck.NotNegative(options.WasteBurst, "SpeculationOptions.WasteBurst"));
        Try(() => OptionCheck.NotNegative(options.WasteShare ?? 0, "SpeculationOptions.WasteShare"));
    }

    /// <summary>Runs a check of an option and records its error, so that all errors are reported together.</summary>
    bool Try(Action check)
    {
        try
        {
            check();
            return true;
        }
        catch (ArgumentException error)
        {
            errors.Add(OptionCheck.MessageOf(error));
            return false;
        }
    }
}
