namespace AgentChain.Simulation;

/// <summary>Provides what the host needs to build a chain for one simulation. Use it only in the function that builds the chain.</summary>
public sealed class SimulationSetup
{
    readonly IReadOnlyList<DeviceTally> _devices;

    internal SimulationSetup(VirtualWorld world, long seed, IReadOnlyList<DeviceTally> devices) =>
        (World, Seed, _devices) = (world, seed, devices);

    /// <summary>Gets the world in which the chain runs.</summary>
    public VirtualWorld World { get; }

    /// <summary>Gets the random seed, for the <c>Seed</c> of simulated blocks.</summary>
    public long Seed { get; }

    /// <summary>Creates the options of the chain, with the world's clock and scheduler.</summary>
    /// <param name="more">A callback that sets further options.</param>
    /// <returns>The options.</returns>
    public ChainOptions Options(Action<ChainOptions>? more = null) => World.Options(more);

    /// <summary>Returns a device.</summary>
    /// <param name="name">The name of its <see cref="DeviceGroup"/>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">There is no group of that name, or it works in batches.</exception>
    public SimulatedDevice Device(string name) => Find(name).Device ?? throw new ArgumentException(
        $"The device '{OptionCheck.Visible(name)}' works in batches; take it with SimulationSetup.BatchDevice.", nameof(name));

    /// <summary>Returns a device that works in batches.</summary>
    /// <param name="name">The name of its <see cref="DeviceGroup"/>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">There is no group of that name, or it has no <see cref="DeviceGroup.Batching"/>.</exception>
    public SimulatedBatchDevice BatchDevice(string name) => Find(name).Batching ?? throw new ArgumentException(
        $"The device '{OptionCheck.Visible(name)}' does not work in batches; set DeviceGroup.Batching.", nameof(name));

    DeviceTally Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _devices.FirstOrDefault(device => device.Group.Name == name)
            ?? throw new ArgumentException($"There is no device '{OptionCheck.Visible(name)}'; the simulation was given {(_devices.Count == 0 ? "none" : string.Join(", ", _devices.Select(device => device.Group.Name)))}.", nameof(name));
    }
}
