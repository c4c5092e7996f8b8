namespace AgentChain.Simulation;

/// <summary>Represents a configuration that a plan has simulated. Immutable.</summary>
public sealed class PlanTrial
{
    internal PlanTrial(IReadOnlyList<DeviceGroup> devices, SimulationResult result, bool meets) =>
        (Devices, Result, MeetsTarget) = (devices, result, meets);

    /// <summary>Gets the devices, with their number of servers.</summary>
    public IReadOnlyList<DeviceGroup> Devices { get; }

    /// <summary>Gets the price of all servers.</summary>
    public double Cost => Devices.Sum(device => device.Servers * device.Cost);

    /// <summary>Gets the result of the simulation.</summary>
    public SimulationResult Result { get; }

    /// <summary>Gets a value that indicates whether the configuration meets the target.</summary>
    public bool MeetsTarget { get; }

    /// <summary>Describes the configuration in one line.</summary>
    /// <returns>A string such as <c>gpu 2, cpu 4: 96.1 %</c>.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{string.Join(", ", Devices.Select(device => OptionCheck.Text($"{device.Name} {device.Servers}")))}: {Result.Attainment.Mean * 100:0.0} %");
}
