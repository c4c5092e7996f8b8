using System.Diagnostics;
using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>Represents what <see cref="PlacementPlanner"/> places: phases, devices, and the load. Immutable.</summary>
[DebuggerDisplay("{Phases.Count} phases on {Devices.Count} devices")]
public sealed record PlacementProblem
{
    /// <summary>The number of phases times that of devices: a plan looks at each pair of them.</summary>
    const long MostPairs = 1_000_000;

    readonly double _arrivals;
    readonly PlacementObjective _objective = PlacementObjective.Latency();

    /// <summary>Initializes a new instance.</summary>
    /// <param name="phases">The phases; at least one.</param>
    /// <param name="devices">The devices; at least one.</param>
    /// <exception cref="ArgumentException">
    /// There are no phases or devices, one is null, two have the same name, or there are more than a million pairs of a phase and a device.
    /// </exception>
    public PlacementProblem(IEnumerable<PlacementPhase> phases, IEnumerable<ComputeDevice> devices)
    {
        PlacementPhase[] all = OptionCheck.NoNulls(phases, nameof(phases));
        ComputeDevice[] present = [.. OptionCheck.NoNulls(devices, nameof(devices)).Select(device => device.Check())];
        Twice(all.Select(phase => phase.Name), StringComparer.Ordinal, "phases", nameof(phases));
        Twice(present.Select(device => device.Name), StringComparer.OrdinalIgnoreCase, "devices", nameof(devices));
        Many(all.Length, present.Length, nameof(phases));
        (Phases, Devices) = (all, present);
    }

    /// <summary>Gets the phases.</summary>
    public IReadOnlyList<PlacementPhase> Phases { get; private init; }

    /// <summary>Gets the devices.</summary>
    public IReadOnlyList<ComputeDevice> Devices { get; private init; }

    /// <summary>Gets the mean number of turns that arrive in a second; not negative.</summary>
    /// <value>0 by default: each turn is alone, and nothing waits.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite.</exception>
    public double ArrivalsPerSecond { get => _arrivals; init => _arrivals = OptionCheck.NotNegative(value, nameof(ArrivalsPerSecond)); }

    /// <summary>Gets what the plan makes best.</summary>
    /// <value>The 95th percentile of the latency by default.</value>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public PlacementObjective Objective { get => _objective; init => _objective = OptionCheck.NotNull(value, nameof(Objective)); }

    /// <summary>Gets what runs have shown about the times.</summary>
    /// <value><see langword="null"/> by default, for nothing.</value>
    public PlacementCorrections? Corrections { get; init; }

    /// <summary>Returns the problem without a device, such as one that has failed.</summary>
    /// <param name="device">The name of the device, in any case.</param>
    /// <returns>The problem.</returns>
    /// <exception cref="PlacementException">No device remains.</exception>
    public PlacementProblem Without(string device)
    {
        ComputeDevice[] left = [.. Devices.Where(one => !string.Equals(one.Name, device, StringComparison.OrdinalIgnoreCase))];
        return left.Length > 0
            ? this with { Devices = left }
            : throw new PlacementException(PlacementObstacle.Device, $"No device remains without '{OptionCheck.Visible(device)}'.");
    }

    /// <summary>Returns a phase.</summary>
    /// <param name="name">The name of the phase (<see cref="PlacementPhase.Name"/>).</param>
    /// <returns>The phase; <see langword="null"/> if there is none of that name.</returns>
    public PlacementPhase? Find(string name) => Phases.FirstOrDefault(phase => phase.Name == name);

    /// <summary>Returns the problem with others instead of a phase, such as the prefill and the decode of a block.</summary>
    /// <param name="name">The name of the phase that is replaced.</param>
    /// <param name="phases">
    /// The phases that take its place in the order of the turn, one after the other: <see cref="PlacementPhase.After"/> is set for them.
    /// </param>
    /// <returns>The problem.</returns>
    /// <exception cref="ArgumentException">
    /// There is no phase of that name, none is given, two phases have the same name, or there are too many.
    /// </exception>
    public PlacementProblem Replace(string name, params ReadOnlySpan<PlacementPhase> phases)
    {
        PlacementPhase old = Find(name) ?? throw new ArgumentException(
            $"There is no phase '{OptionCheck.Visible(name)}'; the phases are {string.Join(", ", Phases.Select(phase => OptionCheck.Visible(phase.Name)))}.", nameof(name));
        if (phases.IsEmpty)
        {
            throw new ArgumentException($"Nothing replaces the phase '{OptionCheck.Visible(name)}'; give at least one phase.", nameof(phases));
        }

        IReadOnlyList<PlacementPhase> linked = PlacementPhase.InOrder(phases);
        string last = linked[^1].Name;
        IEnumerable<PlacementPhase> all = Phases.SelectMany(phase => phase == old
            ? linked.Select((one, at) => at == 0 ? one with { After = old.After } : one)
            : [phase with { After = [.. phase.After.Select(before => before == name ? last : before)] }]);
        PlacementPhase[] changed = [.. all];
        Twice(changed.Select(phase => phase.Name), StringComparer.Ordinal, "phases", nameof(phases));
        Many(changed.Length, Devices.Count, nameof(phases));
        return this with { Phases = changed };
    }

    static void Many(int phases, int devices, string parameter)
    {
        if ((long)phases * devices > MostPairs)
        {
            throw new ArgumentException(
                OptionCheck.Text($"A plan for {phases} phases on {devices} devices would look at more than {MostPairs} pairs of them; plan a part of the chain, or fewer devices."), parameter);
        }
    }

    static void Twice(IEnumerable<string> names, StringComparer comparer, string what, string parameter)
    {
        int count = 0;
        HashSet<string> seen = new(comparer);
        foreach (string name in names)
        {
            count++;
            if (!seen.Add(name))
            {
                throw new ArgumentException($"Two {what} are named '{OptionCheck.Visible(name)}'; give each a unique name.", parameter);
            }
        }

        if (count == 0)
        {
            throw new ArgumentException($"There are no {what}; give at least one.", parameter);
        }
    }
}
