using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace AgentChain.Devices;

/// <summary>
/// Represents the account of the devices' memory: who holds how much of it, and for what. It reserves and never allocates. Share one ledger
/// between the schedulers and the models of a process. Thread-safe.
/// </summary>
/// <remarks>
/// A device with <see cref="ComputeDevice.MemoryBytes"/> has no more than that to reserve. Of a device of which the size is not known, or
/// whose memory is that of the host, everything is granted and accounted for.
/// </remarks>
[DebuggerDisplay("{Holders.Count} holders")]
public sealed class DeviceLedger
{
    readonly Lock _lock = new();
    readonly Dictionary<string, ComputeDevice> _devices = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, long> _reserved = new(StringComparer.OrdinalIgnoreCase);
    readonly List<MemoryLease> _leases = [];

    /// <summary>Creates an empty ledger.</summary>
    /// <param name="devices">The devices.</param>
    /// <exception cref="ArgumentException">A device is <see langword="null"/>, or two have the same name.</exception>
    public DeviceLedger(IEnumerable<ComputeDevice> devices)
    {
        foreach (ComputeDevice device in OptionCheck.NoNulls(devices, nameof(devices)))
        {
            if (!_devices.TryAdd(device.Check().Name, device))
            {
                throw new ArgumentException($"Two devices are named '{device.Name}'; give each device a unique name.", nameof(devices));
            }
        }
    }

    /// <summary>Occurs when memory is free again; not under the ledger's lock.</summary>
    internal event Action? Returned;

    /// <summary>Gets a snapshot of everything that is reserved, in the order in which it was.</summary>
    public IReadOnlyList<MemoryHolding> Holders
    {
        get
        {
            lock (_lock)
            {
                return [.. _leases.Select(static lease => lease.Holding)];
            }
        }
    }

    /// <summary>Returns the bytes of a device that are reserved.</summary>
    /// <param name="device">The name of the device.</param>
    /// <exception cref="ArgumentException">The ledger has no such device.</exception>
    public long ReservedBytes(string device)
    {
        _ = Find(device);
        lock (_lock)
        {
            return _reserved.GetValueOrDefault(device);
        }
    }

    /// <summary>Returns the bytes of a device that are left; <see langword="null"/> if its size is not known.</summary>
    /// <param name="device">The name of the device.</param>
    /// <exception cref="ArgumentException">The ledger has no such device.</exception>
    public long? FreeBytes(string device) => Find(device).MemoryBytes is { } size ? size - ReservedBytes(device) : null;

    /// <summary>Reserves memory of a device.</summary>
    /// <param name="device">The name of the device.</param>
    /// <param name="bytes">The bytes; not negative.</param>
    /// <param name="purpose">What they are for.</param>
    /// <param name="owner">Who holds them, for messages and for <see cref="Holders"/>.</param>
    /// <returns>The reserved memory, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The ledger has no such device, or the owner's name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are negative, or the purpose is not defined.</exception>
    /// <exception cref="DeviceMemoryException">The device does not have as much memory left.</exception>
    public MemoryLease Reserve(string device, long bytes, MemoryPurpose purpose, string owner) =>
        TryReserve(device, bytes, purpose, owner, out MemoryLease? lease) ? lease : throw Refused(device, bytes, purpose, owner);

    /// <summary>Reserves memory of a device if it has as much left.</summary>
    /// <param name="device">The name of the device.</param>
    /// <param name="bytes">The bytes; not negative.</param>
    /// <param name="purpose">What they are for.</param>
    /// <param name="owner">Who holds them, for messages and for <see cref="Holders"/>.</param>
    /// <param name="lease">The reserved memory, which the caller disposes.</param>
    /// <returns><see langword="true"/> if the memory is reserved; otherwise, <see langword="false"/>.</returns>
    /// <exception cref="ArgumentException">The ledger has no such device, or the owner's name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are negative, or the purpose is not defined.</exception>
    public bool TryReserve(string device, long bytes, MemoryPurpose purpose, string owner, [NotNullWhen(true)] out MemoryLease? lease)
    {
        ComputeDevice found = Find(device);
        CheckSize(bytes);
        OptionCheck.Defined(purpose, nameof(purpose));
        OptionCheck.Name(owner, nameof(owner));
        lock (_lock)
        {
            if (!Fits(found, 0, bytes))
            {
                lease = null;
                return false;
            }

            lease = new MemoryLease(this, new MemoryHolding(found.Name, owner, purpose, bytes));
            _leases.Add(lease);
            _reserved[found.Name] = _reserved.GetValueOrDefault(found.Name) + bytes;
            return true;
        }
    }

    internal bool Has(string device) => _devices.ContainsKey(device);

    internal void Resize(MemoryLease lease, long bytes)
    {
        CheckSize(bytes);
        bool shrinks;
        lock (_lock)
        {
            MemoryHolding held = lease.Holding;
            ObjectDisposedException.ThrowIf(!_leases.Contains(lease), lease);
            shrinks = bytes < held.Bytes;
            if (!shrinks && !Fits(_devices[held.Device], held.Bytes, bytes))
            {
                throw Refused(held.Device, bytes - held.Bytes, held.Purpose, held.Owner);
            }

            _reserved[held.Device] += bytes - held.Bytes;
            lease.Holding = held with { Bytes = bytes };
        }

        if (shrinks)
        {
            Returned?.Invoke();
        }
    }

    internal void Return(MemoryLease lease)
    {
        lock (_lock)
        {
            // From the end: leases of running work come and go, and those of models stay.
            int at = _leases.LastIndexOf(lease);
            if (at < 0)
            {
                return;
            }

            _leases.RemoveAt(at);
            _reserved[lease.Holding.Device] -= lease.Holding.Bytes;
        }

        Returned?.Invoke();
    }

    internal DeviceMemoryException Refused(string device, long bytes, MemoryPurpose purpose, string owner)
    {
        ComputeDevice found = Find(device);
        lock (_lock)
        {
            return new DeviceMemoryException(
                found.Name, owner, purpose, bytes, Math.Max(0, (found.MemoryBytes ?? 0) - _reserved.GetValueOrDefault(found.Name)),
                [.. _leases.Where(lease => lease.Holding.Device == found.Name).Select(static lease => lease.Holding)]);
        }
    }

    static void CheckSize(long bytes)
    {
        if (bytes < 0)
        {
            throw OptionCheck.OutOfRange(nameof(bytes), bytes, "it must be 0 or more.");
        }
    }

    bool Fits(ComputeDevice device, long held, long bytes) =>
        device.MemoryBytes is not { } size || bytes <= size - (_reserved.GetValueOrDefault(device.Name) - held);

    ComputeDevice Find(string device) => _devices.GetValueOrDefault(OptionCheck.Name(device, nameof(device)))
        ?? throw new ArgumentException(
            $"The ledger has no device '{device}'; available devices: {string.Join(", ", _devices.Keys)}.", nameof(device));
}
