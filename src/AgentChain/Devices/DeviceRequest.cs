using System.Globalization;

namespace AgentChain.Devices;

/// <summary>Represents a block's request for a device: a device by name, any device of a kind, or any device.</summary>
public readonly record struct DeviceRequest
{
    DeviceRequest(string? name, DeviceKind? kind) => (Name, Kind) = (name, kind);

    /// <summary>Gets the request that any device fulfills.</summary>
    public static DeviceRequest Any => default;

    /// <summary>Gets the name of the requested device, or <see langword="null"/> if the request is not by name.</summary>
    public string? Name { get; }

    /// <summary>Gets the kind of the requested device, or <see langword="null"/> if the request is not by kind.</summary>
    public DeviceKind? Kind { get; }

    /// <summary>Creates a request for the device with the specified name.</summary>
    /// <param name="name">The name of the device, for example <c>cuda:1</c>; case-insensitive.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static DeviceRequest Named(string name)
    {
        return new(OptionCheck.Name(name, nameof(name)), null);
    }

    /// <summary>Creates a request for any device of the specified kind.</summary>
    /// <param name="kind">The kind of device.</param>
    /// <returns>The request.</returns>
    public static DeviceRequest OfKind(DeviceKind kind) => new(null, OptionCheck.Defined(kind, nameof(kind)));

    /// <summary>Determines whether a device fulfills the request.</summary>
    /// <param name="device">The device.</param>
    /// <returns><see langword="true"/> if the device fulfills the request; otherwise, <see langword="false"/>.</returns>
    public bool Accepts(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Name is not null
            ? string.Equals(Name, device.Name, StringComparison.OrdinalIgnoreCase)
            : Kind is null || Kind == device.Kind;
    }

    /// <summary>Returns the request as it appears in error messages: the name, <c>any Cuda device</c> or <c>any device</c>.</summary>
    /// <returns>The text of the request.</returns>
    public override string ToString() =>
        Name ?? (Kind is { } kind ? string.Create(CultureInfo.InvariantCulture, $"any {kind} device") : "any device");
}
