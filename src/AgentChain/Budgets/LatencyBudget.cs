namespace AgentChain.Budgets;

/// <summary>
/// How long a block or a chain may take: to its first output, to its last, and the longest stall between two outputs.
/// Each is optional. Immutable.
/// </summary>
/// <example><c>LatencyBudget.FirstOutput(800.Milliseconds()).AndTotal(10.Seconds()).AndStall(1.Seconds())</c></example>
public readonly record struct LatencyBudget
{
    /// <summary>Gets the budget that limits nothing.</summary>
    public static LatencyBudget None => default;

    /// <summary>Gets the time to the first output.</summary>
    /// <value><see langword="null"/> when it is not limited.</value>
    public TimeSpan? ToFirst { get; private init; }

    /// <summary>Gets the time to the last output.</summary>
    /// <value><see langword="null"/> when it is not limited.</value>
    public TimeSpan? ToLast { get; private init; }

    /// <summary>Gets the longest stall between two outputs of a stream.</summary>
    /// <value><see langword="null"/> when it is not limited.</value>
    public TimeSpan? LongestStall { get; private init; }

    /// <summary>Gets whether nothing is limited.</summary>
    public bool IsNone => ToFirst is null && ToLast is null && LongestStall is null;

    /// <summary>Limits the time to the first output.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public static LatencyBudget FirstOutput(TimeSpan time) => new() { ToFirst = Checked(time, "The time to the first output") };

    /// <summary>Limits the time to the last output.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public static LatencyBudget Total(TimeSpan time) => new() { ToLast = Checked(time, "The total time") };

    /// <summary>Limits the stall between two outputs of a stream.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The budget.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public static LatencyBudget Stall(TimeSpan time) => new() { LongestStall = Checked(time, "The longest stall") };

    /// <summary>Adds a limit on the time to the first output.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The wider budget.</returns>
    public LatencyBudget AndFirstOutput(TimeSpan time) => this with { ToFirst = Checked(time, "The time to the first output") };

    /// <summary>Adds a limit on the time to the last output.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The wider budget.</returns>
    public LatencyBudget AndTotal(TimeSpan time) => this with { ToLast = Checked(time, "The total time") };

    /// <summary>Adds a limit on the stall between two outputs.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The wider budget.</returns>
    public LatencyBudget AndStall(TimeSpan time) => this with { LongestStall = Checked(time, "The longest stall") };

    static TimeSpan Checked(TimeSpan time, string limit) => time > TimeSpan.Zero
        ? time
        : throw new ArgumentOutOfRangeException(nameof(time), time, $"{limit} is {OptionCheck.Ms(time)}; a budget must be more than zero. Leave it out for no limit.");
}
