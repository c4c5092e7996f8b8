using System.Globalization;

namespace AgentChain.Devices;

/// <summary>Which device a block asks for: one by name, any of a kind, or whichever the policy picks.</summary>
public readonly record struct DeviceRequest
{
    DeviceRequest(string? name, DeviceKind? kind) => (Name, Kind) = (name, kind);

    /// <summary>Gets the request that any device fulfils.</summary>
    public static DeviceRequest Any => default;

    /// <summary>Gets the device's name, or <see langword="null"/> when it is not asked for by name.</summary>
    public string? Name { get; }

    /// <summary>Gets the kind of device, or <see langword="null"/> when it does not matter.</summary>
    public DeviceKind? Kind { get; }

    /// <summary>Asks for the device with this name.</summary>
    /// <param name="name">The name, for example <c>cuda:1</c>; case does not matter.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static DeviceRequest Named(string name)
    {
        return new(OptionCheck.Name(name, nameof(name)), null);
    }

    /// <summary>Asks for any device of this kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The request.</returns>
    public static DeviceRequest OfKind(DeviceKind kind) => new(null, OptionCheck.Defined(kind, nameof(kind)));

    /// <summary>Says whether a device fulfils the request.</summary>
    /// <param name="device">The device.</param>
    /// <returns><see langword="true"/> when it does.</returns>
    public bool Accepts(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Name is not null
            ? string.Equals(Name, device.Name, StringComparison.OrdinalIgnoreCase)
            : Kind is null || Kind == device.Kind;
    }

    /// <summary>Gives the request as it reads in errors: the name, <c>any Cuda device</c> or <c>any device</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        Name ?? (Kind is { } kind ? string.Create(CultureInfo.InvariantCulture, $"any {kind} device") : "any device");
}
