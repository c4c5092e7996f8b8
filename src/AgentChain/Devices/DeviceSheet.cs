namespace AgentChain.Devices;

/// <summary>
/// Represents what a device's data sheet says about its speed, for the simulation, for placement and for a first
/// <c>RooflineCost</c>. What is <see langword="null"/> is not known. Immutable, compared by value.
/// </summary>
/// <remarks>
/// The ready-made sheets have the figures that NVIDIA publishes: the rate of the tensor cores for BF16 without sparsity, and half of the
/// bidirectional bandwidth of the PCI Express link to the host, because a copy goes in one direction. No sheet states a latency.
/// </remarks>
public sealed record DeviceSheet
{
    const double Tera = 1e12;
    const double Giga = 1e9;

    readonly double? _flops, _memory, _link;
    readonly TimeSpan? _latency;

    /// <summary>Gets the sheet of an NVIDIA A100 with 80 GB on SXM.</summary>
    public static DeviceSheet A100 { get; } = new() { PeakFlops = 312 * Tera, MemoryBandwidth = 2039 * Giga, LinkBandwidth = 32 * Giga };

    /// <summary>Gets the sheet of an NVIDIA H100 with 80 GB on SXM.</summary>
    public static DeviceSheet H100 { get; } = new() { PeakFlops = 989 * Tera, MemoryBandwidth = 3350 * Giga, LinkBandwidth = 64 * Giga };

    /// <summary>Gets the sheet of an NVIDIA H200 on SXM.</summary>
    public static DeviceSheet H200 { get; } = new() { PeakFlops = 989 * Tera, MemoryBandwidth = 4800 * Giga, LinkBandwidth = 64 * Giga };

    /// <summary>Gets the sheet of an NVIDIA L4.</summary>
    public static DeviceSheet L4 { get; } = new() { PeakFlops = 121 * Tera, MemoryBandwidth = 300 * Giga, LinkBandwidth = 32 * Giga };

    /// <summary>Gets the sheet of an NVIDIA L40S.</summary>
    public static DeviceSheet L40S { get; } = new() { PeakFlops = 362 * Tera, MemoryBandwidth = 864 * Giga, LinkBandwidth = 32 * Giga };

    /// <summary>Gets the highest rate of the device in floating-point operations per second, at the precision of the models' weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public double? PeakFlops { get => _flops; init => _flops = Positive(value, nameof(PeakFlops)); }

    /// <summary>Gets the bandwidth between the device and its own memory in bytes per second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public double? MemoryBandwidth { get => _memory; init => _memory = Positive(value, nameof(MemoryBandwidth)); }

    /// <summary>Gets the bandwidth of the link over which other devices' data comes, in one direction, in bytes per second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public double? LinkBandwidth { get => _link; init => _link = Positive(value, nameof(LinkBandwidth)); }

    /// <summary>Gets the time that a copy over the link takes in addition to its bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? LinkLatency
    {
        get => _latency;
        init => _latency = value is { } time ? OptionCheck.NotNegative(time, Option(nameof(LinkLatency))) : null;
    }

    /// <summary>Returns the ready-made sheet of a device by the name that its driver gives it, such as <c>NVIDIA H100 80GB HBM3</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The sheet; <see langword="null"/> if there is none for exactly this device.</returns>
    public static DeviceSheet? FromName(string name) => name switch
    {
        "NVIDIA A100-SXM4-80GB" => A100,
        "NVIDIA H100 80GB HBM3" => H100,
        "NVIDIA H200" => H200,
        "NVIDIA L4" => L4,
        "NVIDIA L40S" => L40S,
        _ => null,
    };

    static string Option(string name) => $"DeviceSheet.{name}";

    static double? Positive(double? value, string name) => value is { } given ? OptionCheck.Positive(given, Option(name)) : null;
}
