using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// Something that computes: the host's cores, or one accelerator. Immutable, compared by value, safe to share.
/// </summary>
/// <param name="Name">
/// The name blocks ask for, unique within a scheduler, by convention <c>cpu</c> or <c>cuda:0</c>, <c>cuda:1</c> and so on.
/// Compared without regard to case.
/// </param>
/// <param name="Kind">The sort of hardware.</param>
[DebuggerDisplay("{Name,nq} ({Kind})")]
public sealed record ComputeDevice(string Name, DeviceKind Kind)
{
    /// <summary>Gets what the driver calls the device, for people to read.</summary>
    /// <value>Empty unless set.</value>
    public string Description { get; init; } = "";

    /// <summary>Gets the device's own memory in bytes.</summary>
    /// <value><see langword="null"/> where it is unknown or shared with the host.</value>
    public long? MemoryBytes { get; init; }

    /// <summary>Gets how many lanes (threads that run native calls) serve the device.</summary>
    /// <value>1 unless set; at least 1.</value>
    public int Lanes { get; init; } = 1;

    /// <summary>Gets how many leases may be held on the device at once; further requests wait.</summary>
    /// <value>64 unless set; at least 1.</value>
    /// <remarks>
    /// A block holds its lease while it streams. Two blocks of one chain that stream into each other on one device
    /// therefore need room for two leases per turn; keep this well above the number of such blocks.
    /// </remarks>
    public int MaxLeases { get; init; } = 64;

    /// <summary>Makes the device that stands for the host's processor, named <c>cpu</c>.</summary>
    /// <param name="lanes">How many lanes serve it; by default one per core, at most 4; at least 1.</param>
    /// <returns>The device.</returns>
    public static ComputeDevice Cpu(int? lanes = null) => new("cpu", DeviceKind.Cpu)
    {
        Description = "host processor",
        Lanes = lanes is { } given ? OptionCheck.AtLeast(given, 1, nameof(lanes)) : Math.Clamp(Environment.ProcessorCount, 1, 4),
    };

    internal ComputeDevice Check()
    {
        OptionCheck.Name(Name, "ComputeDevice.Name");
        OptionCheck.Defined(Kind, $"Device '{Name}': ComputeDevice.Kind");
        OptionCheck.NotNull(Description, $"Device '{Name}': ComputeDevice.Description");
        OptionCheck.AtLeast(Lanes, 1, $"Device '{Name}': ComputeDevice.Lanes");
        OptionCheck.AtLeast(MaxLeases, 1, $"Device '{Name}': ComputeDevice.MaxLeases");
        return MemoryBytes is null or > 0
            ? this
            : throw new ArgumentOutOfRangeException(
                nameof(MemoryBytes), MemoryBytes, OptionCheck.Text($"Device '{Name}': ComputeDevice.MemoryBytes is {MemoryBytes}; it must be more than 0, or null where it is not known."));
    }
}
