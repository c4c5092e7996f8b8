using System.Globalization;

namespace AgentChain.Devices;

/// <summary>
/// Represents a block's request for a device: a device by name, one of several, any device of a kind or with what the block needs, or any
/// device; and what to use where there is none.
/// </summary>
/// <example>
/// <code>
/// DeviceRequest.Needing(memoryBytes: 16_000_000_000, kind: DeviceKind.Cuda).Or(DeviceRequest.OfKind(DeviceKind.Cpu))
/// </code>
/// </example>
public readonly record struct DeviceRequest
{
    /// <summary>Separates the names in <see cref="_names"/>; a name cannot contain it.</summary>
    const char Separator = '\n';

    readonly DeviceFallback? _fallback;

    /// <summary>The names of <see cref="OneOf"/>, as one text, so that requests are compared by value.</summary>
    readonly string? _names;

    DeviceRequest(string? name, DeviceKind? kind) => (Name, Kind) = (name, kind);

    DeviceRequest(string names) => _names = names;

    DeviceRequest(in DeviceRequest request, DeviceRequest fallback)
    {
        this = request;
        _fallback = new DeviceFallback(fallback);
    }

    /// <summary>Gets the request that any device fulfills.</summary>
    public static DeviceRequest Any => default;

    /// <summary>Gets the name of the requested device, or <see langword="null"/> if the request is not by name.</summary>
    public string? Name { get; }

    /// <summary>Gets the kind of the requested device, or <see langword="null"/> if the request is not by kind.</summary>
    public DeviceKind? Kind { get; }

    /// <summary>Gets the memory that the device must have, in bytes; 0 for none.</summary>
    public long MemoryBytes { get; private init; }

    /// <summary>Gets the rate that the device must have, in floating-point operations per second; 0 for none.</summary>
    public double PeakFlops { get; private init; }

    /// <summary>Gets the bandwidth that the device's memory must have, in bytes per second; 0 for none.</summary>
    public double MemoryBandwidth { get; private init; }

    /// <summary>Gets the request that takes the place of this one where no device fulfills it; <see langword="null"/> for none.</summary>
    public DeviceRequest? Fallback => _fallback?.Request;

    /// <summary>Creates a request for the device with the specified name.</summary>
    /// <param name="name">The name of the device, for example <c>cuda:1</c>; case-insensitive. Its uuid is accepted too.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static DeviceRequest Named(string name)
    {
        return new(OptionCheck.Name(name, nameof(name)), null);
    }

    /// <summary>Creates a request for any of several devices, such as those onto which a model is loaded.</summary>
    /// <param name="names">The names of the devices; case-insensitive. Their uuids are accepted too.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">There is no name, or one is empty.</exception>
    public static DeviceRequest OneOf(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] all = [.. names.Select(name => OptionCheck.Name(name, nameof(names)))];
        return all.Length switch
        {
            0 => throw new ArgumentException("names is empty; name at least one device.", nameof(names)),
            1 => Named(all[0]),
            _ => new DeviceRequest(string.Join(Separator, all)),
        };
    }

    /// <summary>Creates a request for any device of the specified kind.</summary>
    /// <param name="kind">The kind of device.</param>
    /// <returns>The request.</returns>
    public static DeviceRequest OfKind(DeviceKind kind) => new(null, OptionCheck.Defined(kind, nameof(kind)));

    /// <summary>Creates a request for any device that has what the block needs. A device of which that is not known does not fulfill it.</summary>
    /// <param name="memoryBytes">The memory that the device must have, in bytes; 0 for none.</param>
    /// <param name="kind">The kind of device; <see langword="null"/> for any.</param>
    /// <param name="peakFlops">
    /// The rate that the device must have by its <see cref="ComputeDevice.Sheet"/>, in floating-point operations per second; 0 for none.
    /// </param>
    /// <param name="memoryBandwidth">The bandwidth that its memory must have by its sheet, in bytes per second; 0 for none.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative or not finite, or the kind is not defined.</exception>
    public static DeviceRequest Needing(
        long memoryBytes = 0, DeviceKind? kind = null, double peakFlops = 0, double memoryBandwidth = 0) =>
        new(null, kind is { } given ? OptionCheck.Defined(given, nameof(kind)) : null)
        {
            MemoryBytes = memoryBytes >= 0 ? memoryBytes : throw OptionCheck.OutOfRange(nameof(memoryBytes), memoryBytes, "it must be 0 or more."),
            PeakFlops = OptionCheck.NotNegative(peakFlops, nameof(peakFlops)),
            MemoryBandwidth = OptionCheck.NotNegative(memoryBandwidth, nameof(memoryBandwidth)),
        };

    /// <summary>
    /// Declares what to use where no device fulfills this request: because none is present, or because those that are have been lost. While
    /// one is there, it is used, and work waits for it.
    /// </summary>
    /// <param name="fallback">The request that takes its place, which can have a fallback itself.</param>
    /// <returns>The request.</returns>
    public DeviceRequest Or(DeviceRequest fallback) =>
        new(this, Fallback is { } next ? next.Or(fallback) : fallback);

    /// <summary>Determines whether a device fulfills the request or one of its fallbacks.</summary>
    /// <param name="device">The device.</param>
    /// <returns><see langword="true"/> if the device fulfills the request; otherwise, <see langword="false"/>.</returns>
    public bool Accepts(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return AcceptsFirst(device) || _fallback?.Request.Accepts(device) == true;
    }

    /// <summary>Returns the devices to use: those that fulfill the request, or the first of its fallbacks that any device fulfills.</summary>
    /// <param name="devices">The devices that are present.</param>
    /// <returns>The devices; empty if none fulfills the request or a fallback.</returns>
    public IReadOnlyList<ComputeDevice> Among(IEnumerable<ComputeDevice> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        ComputeDevice[] present = [.. devices];
        ComputeDevice[] found = Array.FindAll(present, AcceptsFirst);
        return found.Length > 0 || _fallback is null ? found : _fallback.Request.Among(present);
    }

    /// <summary>
    /// Returns the request as it appears in error messages, such as <c>cuda:0</c>, <c>any Cuda device with 16 GB</c> or
    /// <c>cuda:0 or cpu</c>.
    /// </summary>
    /// <returns>The text of the request.</returns>
    public override string ToString() => FirstText() + (_fallback is { } next ? $" or {next.Request}" : "");

    /// <summary>Whether a device fulfills the request itself, without its fallbacks.</summary>
    internal bool AcceptsFirst(ComputeDevice device) => Name is not null
        ? device.IsNamed(Name)
        : _names is not null
        ? IsAmong(device, _names)
        : (Kind is null || Kind == device.Kind)
            && (MemoryBytes == 0 || device.MemoryBytes >= MemoryBytes)
            && (PeakFlops == 0 || device.Sheet?.PeakFlops >= PeakFlops)
            && (MemoryBandwidth == 0 || device.Sheet?.MemoryBandwidth >= MemoryBandwidth);

    /// <summary>Whether it needs figures of a device that an error must then list.</summary>
    internal bool HasNeeds => MemoryBytes > 0 || PeakFlops > 0 || MemoryBandwidth > 0 || _fallback?.Request.HasNeeds == true;

    static bool IsAmong(ComputeDevice device, ReadOnlySpan<char> names)
    {
        foreach (Range name in names.Split(Separator))
        {
            if (device.IsNamed(names[name]))
            {
                return true;
            }
        }

        return false;
    }

    string FirstText()
    {
        string text = Name ?? _names?.Replace(Separator.ToString(), ", ", StringComparison.Ordinal) ?? (Kind is { } kind ? string.Create(CultureInfo.InvariantCulture, $"any {kind} device") : "any device");
        string[] needs =
        [
            .. MemoryBytes > 0 ? [ByteText.Of(MemoryBytes)] : Array.Empty<string>(),
            .. PeakFlops > 0 ? [ByteText.Rate(PeakFlops)] : Array.Empty<string>(),
            .. MemoryBandwidth > 0 ? [$"{ByteText.Of(MemoryBandwidth)}/s"] : Array.Empty<string>(),
        ];
        return needs.Length == 0 ? text : $"{text} with {string.Join(" and ", needs)}";
    }
}
