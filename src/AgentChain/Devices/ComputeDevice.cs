using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// Represents the host's processor or one accelerator. Immutable, compared by value, and safe to share.
/// </summary>
[DebuggerDisplay("{Name,nq} ({Kind})")]
public sealed record ComputeDevice
{
    const int MostLanes = 65_536;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">
    /// The name by which blocks request the device, unique within a scheduler. By convention <c>cpu</c> or <c>cuda:0</c>, <c>cuda:1</c> and
    /// so on. Case-insensitive.
    /// </param>
    /// <param name="kind">The kind of hardware.</param>
    public ComputeDevice(string name, DeviceKind kind) =>
        (Name, Kind) = (name, kind);

    /// <summary>
    /// Gets the name by which blocks request the device, unique within a scheduler. By convention <c>cpu</c> or <c>cuda:0</c>,
    /// <c>cuda:1</c> and so on. Case-insensitive.
    /// </summary>
    public string Name { get; init; }

    /// <summary>Gets the kind of hardware.</summary>
    public DeviceKind Kind { get; init; }

    /// <summary>Gets the driver's name for the device, for display.</summary>
    /// <value>Empty by default.</value>
    public string Description { get; init; } = "";

    /// <summary>Gets the size of the device's own memory in bytes.</summary>
    /// <value><see langword="null"/> if it is unknown or shared with the host.</value>
    public long? MemoryBytes { get; init; }

    /// <summary>Gets the driver's identifier of the device, which stays the same when devices are added or removed.</summary>
    /// <value><see langword="null"/> if it is not known.</value>
    public string? Uuid { get; init; }

    /// <summary>Gets the address of the device on the PCI bus, such as <c>0000:3b:00.0</c>.</summary>
    /// <value><see langword="null"/> if it is not known, or the device is on no such bus.</value>
    public string? PciId { get; init; }

    /// <summary>Gets what the data sheet says about the device's speed.</summary>
    /// <value><see langword="null"/> if it is not known.</value>
    public DeviceSheet? Sheet { get; init; }

    /// <summary>
    /// Gets the number of lanes of the device: threads that run native calls, which start with their first call, or the requests that a
    /// server is sent at once.
    /// </summary>
    /// <value>At least 1, and at most 65,536. The default is 1.</value>
    public int Lanes { get; init; } = 1;

    /// <summary>Gets the maximum number of leases that can be held on the device at once. Further requests wait.</summary>
    /// <value>At least 1. The default is 64.</value>
    /// <remarks>
    /// A block holds its lease while it streams. Two blocks of one chain, one streaming into the other on the same device, therefore
    /// need two leases per turn, and <c>Build</c> rejects a chain of which one turn alone would wait for itself. With fewer leases than the
    /// turns that run at once need, turns with long streams can wait for each other until a budget ends them: keep this value well above
    /// the number of such blocks, times the number of turns.
    /// </remarks>
    public int MaxLeases { get; init; } = 64;

    /// <summary>Creates the device that represents the host's processor, named <c>cpu</c>.</summary>
    /// <param name="lanes">The number of lanes, 1 to 65,536, or <see langword="null"/> for one lane per core, up to 4.</param>
    /// <returns>The device.</returns>
    public static ComputeDevice Cpu(int? lanes = null) => new("cpu", DeviceKind.Cpu)
    {
        Description = "host processor",
        Lanes = lanes is { } given ? OptionCheck.Within(given, 1, MostLanes, nameof(lanes)) : Math.Clamp(Environment.ProcessorCount, 1, 4),
    };

    /// <summary>Determines whether a name is that of the device.</summary>
    /// <param name="name">The name.</param>
    /// <returns>
    /// <see langword="true"/> if it is the <see cref="Name"/> or the <see cref="Uuid"/> of the device, in any case; otherwise,
    /// <see langword="false"/>.
    /// </returns>
    public bool IsNamed(ReadOnlySpan<char> name) =>
        name.Equals(Name, StringComparison.OrdinalIgnoreCase) || (Uuid is { } uuid && name.Equals(uuid, StringComparison.OrdinalIgnoreCase));

    internal ComputeDevice Check()
    {
        OptionCheck.Name(Name, "ComputeDevice.Name");
        OptionCheck.Defined(Kind, $"Device '{Name}': ComputeDevice.Kind");
        OptionCheck.NotNull(Description, $"Device '{Name}': ComputeDevice.Description");
        _ = Uuid is null ? null : OptionCheck.Name(Uuid, $"Device '{Name}': ComputeDevice.Uuid");
        _ = PciId is null ? null : OptionCheck.Name(PciId, $"Device '{Name}': ComputeDevice.PciId");
        OptionCheck.Within(Lanes, 1, MostLanes, $"Device '{Name}': ComputeDevice.Lanes");
        OptionCheck.AtLeast(MaxLeases, 1, $"Device '{Name}': ComputeDevice.MaxLeases");
        return MemoryBytes is null or > 0
            ? this
            : throw new ArgumentOutOfRangeException(
                nameof(MemoryBytes), MemoryBytes, OptionCheck.Text($"Device '{Name}': ComputeDevice.MemoryBytes is {MemoryBytes}; it must be greater than 0, or null if it is unknown."));
    }
}
