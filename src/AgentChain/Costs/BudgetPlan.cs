using System.Globalization;
using System.Text;
using AgentChain.Placement;

namespace AgentChain.Costs;

/// <summary>
/// Explains how a chain's budget is split over its blocks, and how many turns are expected on time. Immutable. <see cref="ToString"/>
/// returns it as a table.
/// </summary>
/// <remarks>
/// The times of the blocks are composed as the chain composes them: one after the other, added; side by side, the longest. All blocks
/// without a budget of their own get the same quantile of their times, the largest at which the whole fits the chain's budget; in a shorter
/// branch, a larger one. A route counts as its slowest, a loop as its largest number of rounds. Waiting in queues and for devices does not
/// count: a plan is for a chain that is not overloaded.
/// </remarks>
public sealed record BudgetPlan
{
    internal BudgetPlan()
    {
    }

    /// <summary>Gets the name of the chain.</summary>
    public string Chain { get; internal init; } = "";

    /// <summary>Gets the limit that is split: the time to the first output for a stream, and to the end for a value.</summary>
    /// <value><see langword="null"/> if the chain has no such limit; then there are only predictions.</value>
    public TimeSpan? Limit { get; internal init; }

    /// <summary>Gets the probability that a turn is on time.</summary>
    /// <value><see langword="null"/> if there is no limit, or the cost of a block is unknown.</value>
    public double? OnTime { get; internal init; }

    /// <summary>Gets the probability that the host asks for; <see langword="null"/> if it asks for none.</summary>
    public double? Target { get; internal init; }

    /// <summary>Gets the expected median time of a turn, without the blocks of <see cref="Unknown"/>.</summary>
    public TimeSpan Median { get; internal init; }

    /// <summary>Gets the time that 99 % of the turns are expected to take at most, without the blocks of <see cref="Unknown"/>.</summary>
    public TimeSpan P99 { get; internal init; }

    /// <summary>Gets the blocks whose cost is known, in the order of the chain.</summary>
    public IReadOnlyList<BudgetRow> Blocks { get; internal init; } = [];

    /// <summary>
    /// Gets the times of works inside blocks on the devices that they lease for themselves, such as the prefill and the decode of a language
    /// model. They are known where a scheduler has several devices.
    /// </summary>
    public IReadOnlyList<WorkTime> Works { get; internal init; } = [];

    /// <summary>Gets the names of the blocks whose cost is unknown, so that the plan does not count them.</summary>
    public IReadOnlyList<string> Unknown { get; internal init; } = [];

    /// <summary>Gets the names of the blocks that wait for several items of a stream, a time that is not counted.</summary>
    public IReadOnlyList<string> NotCounted { get; internal init; } = [];

    /// <summary>Gets a value that indicates whether the chain was built with a split of its budget.</summary>
    /// <value>
    /// If <see langword="false"/>, the budgets of <see cref="Blocks"/> that were not declared are a proposal. To put them in force, build the
    /// chain again with these costs and <see cref="ChainOptions.OnTimeTarget"/>.
    /// </value>
    public bool IsInForce { get; internal init; }

    /// <summary>Gets the plan of devices that the chain's scheduler follows.</summary>
    /// <value><see langword="null"/> if its policy is no <see cref="PlannedPolicy"/>, or has no plan.</value>
    public PlacementPlan? Placement { get; internal init; }

    /// <summary>The names of the devices that are lost; empty without a plan of devices.</summary>
    internal IReadOnlyList<string> Lost { get; init; } = [];

    /// <summary>Gets a value that indicates whether the target is missed.</summary>
    public bool Misses => OnTime < Target;

    /// <summary>Returns the plan as a table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        string limit = Limit is { } time ? OptionCheck.Ms(time) : "none";
        text.Append(CultureInfo.InvariantCulture, $"chain '{Chain}': limit {limit}, ");
        if (Blocks.Count == 0 && Unknown.Count > 0)
        {
            return text.Append(CultureInfo.InvariantCulture, $"no cost is known yet of {string.Join(", ", Unknown)}\n").Append(WorkText()).Append(PlacementText()).ToString();
        }

        text.Append(CultureInfo.InvariantCulture, $"median {Tenths(Median)}, p99 {Tenths(P99)}");
        text.Append(OnTime is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share:0.0 %} of the turns on time") : "");
        text.Append(Target is { } target ? string.Create(CultureInfo.InvariantCulture, $" (target {target:0.0 %})") : "").Append('\n');
        int name = Math.Max(5, Blocks.Select(row => row.Block.Length).DefaultIfEmpty().Max());
        int device = Math.Max(6, Blocks.Select(row => row.Device.Length).DefaultIfEmpty().Max());
        text.Append(
            CultureInfo.InvariantCulture,
            $"{"block".PadRight(name)}  {"device".PadRight(device)}  {"median",11}  {"p99",11}  {"budget",11}\n");
        foreach (BudgetRow row in Blocks)
        {
            string budget = row.Budget is { } own ? Tenths(own) : "-";
            text.Append(CultureInfo.InvariantCulture, $"{row.Block.PadRight(name)}  {row.Device.PadRight(device)}  {Tenths(row.Median),11}  {Tenths(row.P99),11}  {budget,11}");
            text.Append(row.IsDeclared ? "  declared\n" : "\n");
        }

        text.Append(!IsInForce && Blocks.Any(row => row is { IsDeclared: false, Budget: not null })
            ? "the budgets that are not declared are not in force: build the chain again with these costs and OnTimeTarget\n"
            : "");
        text.Append(Unknown.Count > 0 ? $"unknown, so not counted: {string.Join(", ", Unknown)}\n" : "");
        text.Append(NotCounted.Count > 0 ? $"the wait for several items is not counted: {string.Join(", ", NotCounted)}\n" : "");
        return text.Append(WorkText()).Append(PlacementText()).ToString();
    }

    /// <summary>Returns the plan of devices, and those of its devices that are lost; empty if there is none.</summary>
    string PlacementText() => Placement is null ? "" : $"{Placement}{(Lost.Count > 0 ? $"lost: {string.Join(", ", Lost)}\n" : "")}";

    /// <summary>Returns the works as a table; empty if there are none.</summary>
    string WorkText()
    {
        if (Works.Count == 0)
        {
            return "";
        }

        int name = Math.Max(18, Works.Max(row => row.Work.Length));
        int device = Math.Max(6, Works.Max(row => row.Device.Length));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"work inside blocks".PadRight(name)}  {"device".PadRight(device)}  {"median",11}  {"p99",11}  {"runs",11}\n");
        foreach (WorkTime row in Works)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Work.PadRight(name)}  {row.Device.PadRight(device)}  {Tenths(row.Median),11}  {Tenths(row.P99),11}  {row.Runs,11}\n");
        }

        return text.ToString();
    }

    static string Tenths(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}
