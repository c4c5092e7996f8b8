namespace AgentChain.Devices;

/// <summary>
/// The exception that is thrown when memory is reserved that a device does not have. The message says how much is free and who holds the rest.
/// </summary>
public sealed class DeviceMemoryException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="device">The name of the device.</param>
    /// <param name="owner">Who asked for the memory.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="asked">The bytes that were asked for.</param>
    /// <param name="free">The bytes that are free.</param>
    /// <param name="holders">Who holds memory of the device.</param>
    public DeviceMemoryException(
        string device, string owner, MemoryPurpose purpose, long asked, long free, IReadOnlyList<MemoryHolding> holders)
        : base(Describe(device, owner, purpose, asked, free, holders ?? [])) =>
        (Device, Owner, Purpose, Asked, Free, Holders) = (device, owner, purpose, asked, free, holders ?? []);

    /// <summary>Gets the name of the device.</summary>
    public string Device { get; }

    /// <summary>Gets who asked for the memory.</summary>
    public string Owner { get; }

    /// <summary>Gets what the memory is for.</summary>
    public MemoryPurpose Purpose { get; }

    /// <summary>Gets the bytes that were asked for.</summary>
    public long Asked { get; }

    /// <summary>Gets the bytes that were free.</summary>
    public long Free { get; }

    /// <summary>Gets who held memory of the device.</summary>
    public IReadOnlyList<MemoryHolding> Holders { get; }

    static string Describe(
        string device, string owner, MemoryPurpose purpose, long asked, long free, IReadOnlyList<MemoryHolding> holders)
    {
        string held = holders.Count == 0 ? "nothing is reserved there" : $"reserved there: {string.Join(", ", holders)}";
        string remedy = holders.Count == 0
            ? "Use a device with more memory, or a smaller or quantized model."
            : "Release what is not needed, or use another device.";
        return $"'{owner}' needs {ByteText.Of(asked)} of {device} ({purpose}), which has {ByteText.Of(free)} left; {held}. {remedy}";
    }
}
