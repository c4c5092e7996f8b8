using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>
/// Represents which device runs each phase, and what is expected of that. Immutable. <see cref="ToString"/> returns it as a table. A
/// <see cref="PlannedPolicy"/> follows it.
/// </summary>
[DebuggerDisplay("{Phases.Count} phases, {Latency.TotalMilliseconds} ms")]
public sealed record PlacementPlan
{
    internal PlacementPlan()
    {
    }

    /// <summary>Gets what the plan makes best.</summary>
    public PlacementObjective Objective { get; internal init; } = PlacementObjective.Latency();

    /// <summary>Gets the number of turns that arrive in a second.</summary>
    public double ArrivalsPerSecond { get; internal init; }

    /// <summary>Gets the expected quantile of the latency (<see cref="PlacementObjective.Quantile"/>), waits included.</summary>
    public TimeSpan Latency { get; internal init; }

    /// <summary>Gets the expected mean latency, waits included.</summary>
    public TimeSpan MeanLatency { get; internal init; }

    /// <summary>Gets the share of the turns that are expected within the limit; <see langword="null"/> without a limit.</summary>
    public double? OnTime { get; internal init; }

    /// <summary>Gets the phases, in the order of the problem.</summary>
    public IReadOnlyList<PlacementRow> Phases { get; internal init; } = [];

    /// <summary>Gets the devices, in the order of the problem.</summary>
    public IReadOnlyList<PlacementUse> Devices { get; internal init; } = [];

    /// <summary>Gets a value that indicates whether a device has more to do than it can serve.</summary>
    public bool IsOverloaded => Devices.Any(use => use.Load > PlacementModel.FullLoad);

    /// <summary>Returns the device of a block's work.</summary>
    /// <param name="block">The full name of the block.</param>
    /// <param name="phase">
    /// The part of the work. If the plan does not have it, that of all of the block's work counts, or for all of the work, that of the
    /// decode.
    /// </param>
    /// <returns>The name of the device; <see langword="null"/> if the plan does not have the block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    public string? DeviceOf(string block, WorkPhase phase = WorkPhase.Whole)
    {
        ArgumentNullException.ThrowIfNull(block);
        PlacementRow? found = null;
        foreach (PlacementRow row in Phases)
        {
            if (row.Block != block)
            {
                continue;
            }

            if (row.Phase == phase)
            {
                return row.Device;
            }

            found = row.Phase is WorkPhase.Whole || (phase == WorkPhase.Whole && row.Phase == WorkPhase.Decode) ? row : found;
        }

        return found?.Device;
    }

    /// <summary>Returns the plan as a table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"placement at {ArrivalsPerSecond:0.###} turns a second: mean {Tenths(MeanLatency)}, p{Objective.Quantile * 100:0.##} {Tenths(Latency)}");
        text.Append(OnTime is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share:0.0 %} {Objective}") : "");
        text.Append(IsOverloaded ? ", overloaded\n" : "\n");
        int name = Math.Max(5, Phases.Select(row => row.Name.Length).DefaultIfEmpty().Max());
        int device = Math.Max(6, Devices.Select(use => use.Device.Length).DefaultIfEmpty().Max());
        text.Append(CultureInfo.InvariantCulture, $"{"phase".PadRight(name)}  {"device".PadRight(device)}  {"time",11}  {"wait",11}\n");
        foreach (PlacementRow row in Phases)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Name.PadRight(name)}  {row.Device.PadRight(device)}  {Tenths(row.Time),11}  {Tenths(row.Wait),11}\n");
        }

        foreach (PlacementUse use in Devices)
        {
            string memory = use.MemoryOf is { } all ? $" of {PlacementCheck.Size(all)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"{use.Device}: load {use.Load:0 %}, memory {PlacementCheck.Size(use.MemoryBytes)}{memory}\n");
        }

        return text.ToString();
    }

    static string Tenths(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}
