namespace AgentChain;

/// <summary>
/// Represents the time limits of a block or a chain: the time to the first output, the time to the last output, and the longest stall
/// between two outputs. Each limit is optional. Immutable.
/// </summary>
/// <example><c>LatencyBudget.FirstOutput(800.Milliseconds()).AndTotal(10.Seconds()).AndStall(1.Seconds())</c></example>
public readonly record struct LatencyBudget
{
    /// <summary>Gets the budget without limits.</summary>
    public static LatencyBudget None => default;

    /// <summary>Gets the limit on the time to the first output.</summary>
    /// <value><see langword="null"/> if there is no limit.</value>
    public TimeSpan? FirstOutputLimit { get; private init; }

    /// <summary>Gets the limit on the time to the last output.</summary>
    /// <value><see langword="null"/> if there is no limit.</value>
    public TimeSpan? TotalLimit { get; private init; }

    /// <summary>Gets the limit on the stall between two outputs of a stream.</summary>
    /// <value><see langword="null"/> if there is no limit.</value>
    public TimeSpan? StallLimit { get; private init; }

    /// <summary>Returns one of the limits; <see langword="null"/> if it is not set.</summary>
    internal TimeSpan? Of(BudgetLimit limit) => limit switch
    {
        BudgetLimit.FirstOutput => FirstOutputLimit,
        BudgetLimit.Stall => StallLimit,
        BudgetLimit.Own => null,
        _ => TotalLimit,
    };

    /// <summary>Gets a value that indicates whether the budget has no limits.</summary>
    public bool IsNone => FirstOutputLimit is null && TotalLimit is null && StallLimit is null;

    /// <summary>Returns the limits in one line, such as <c>first output 800 ms, total 2000 ms</c>.</summary>
    /// <returns>The limits; <c>none</c> if there are none.</returns>
    public override string ToString() => string.Join(", ", new[]
    {
        FirstOutputLimit is { } first ? $"first output {OptionCheck.Ms(first)}" : null,
        TotalLimit is { } total ? $"total {OptionCheck.Ms(total)}" : null,
        StallLimit is { } stall ? $"stall {OptionCheck.Ms(stall)}" : null,
    }.OfType<string>().DefaultIfEmpty("none"));

    /// <summary>Creates a budget that limits the time to the first output.</summary>
    /// <param name="time">The limit, which must be greater than zero.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is zero or negative.</exception>
    public static LatencyBudget FirstOutput(TimeSpan time) => new() { FirstOutputLimit = Checked(time, "The time to the first output") };

    /// <summary>Creates a budget that limits the time to the last output.</summary>
    /// <param name="time">The limit, which must be greater than zero.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is zero or negative.</exception>
    public static LatencyBudget Total(TimeSpan time) => new() { TotalLimit = Checked(time, "The total time") };

    /// <summary>Creates a budget that limits the stall between two outputs of a stream.</summary>
    /// <param name="time">The limit, which must be greater than zero.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is zero or negative.</exception>
    public static LatencyBudget Stall(TimeSpan time) => new() { StallLimit = Checked(time, "The longest stall") };

    /// <summary>Adds a limit on the time to the first output.</summary>
    /// <param name="time">The limit, which must be greater than zero.</param>
    /// <returns>The budget with the additional limit.</returns>
    public LatencyBudget AndFirstOutput(TimeSpan time) => this with { FirstOutputLimit = Checked(time, "The time to the first output") };

    /// <summary>Adds a limit on the time to the last output.</summary>
    /// <param name="time">The limit, which must be greater than zero.</param>
    /// <returns>The budget with the additional limit.</returns>
    public LatencyBudget AndTotal(TimeSpan time) => this with { TotalLimit = Checked(time, "The total time") };

    /// <summary>Adds a limit on the stall between two outputs.</summary>
    /// <param name="time">The limit, which must be greater than zero.</param>
    /// <returns>The budget with the additional limit.</returns>
    public LatencyBudget AndStall(TimeSpan time) => this with { StallLimit = Checked(time, "The longest stall") };

    /// <summary>Returns the budget with the shorter of each limit of two budgets.</summary>
    internal LatencyBudget Tighter(in LatencyBudget other) => new()
    {
        FirstOutputLimit = Shorter(FirstOutputLimit, other.FirstOutputLimit),
        TotalLimit = Shorter(TotalLimit, other.TotalLimit),
        StallLimit = Shorter(StallLimit, other.StallLimit),
    };

    /// <summary>Whether a limit on the first or the last output is shorter than a time.</summary>
    internal bool IsShorterThan(TimeSpan time) => FirstOutputLimit < time || TotalLimit < time;

    /// <summary>Returns what is left of the limits on the first and the last output after a time: at least one tick.</summary>
    internal LatencyBudget After(TimeSpan time) => this with
    {
        FirstOutputLimit = Left(FirstOutputLimit, time),
        TotalLimit = Left(TotalLimit, time),
    };

    static TimeSpan? Left(TimeSpan? limit, TimeSpan time) => limit is { } all ? TimeSpan.FromTicks(Math.Max(1, (all - time).Ticks)) : null;

    static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => other is null || one < other ? one : other;

    static TimeSpan Checked(TimeSpan time, string limit) => time > TimeSpan.Zero
        ? time
        : throw new ArgumentOutOfRangeException(nameof(time), time, $"{limit} is {OptionCheck.Ms(time)}; a budget must be greater than zero. Omit it for no limit.");
}
