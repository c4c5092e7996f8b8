using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// Represents reserved memory of a device. Dispose it when the memory is free again; doing so more than once has no effect. Thread-safe.
/// </summary>
[DebuggerDisplay("{Holding}")]
public sealed class MemoryLease : IDisposable
{
    readonly DeviceLedger _ledger;

    internal MemoryLease(DeviceLedger ledger, MemoryHolding holding) => (_ledger, Holding) = (ledger, holding);

    /// <summary>Gets what is reserved.</summary>
    public MemoryHolding Holding { get; internal set; }

    /// <summary>Changes the reserved size, such as when a cache grows by a page.</summary>
    /// <param name="bytes">The new size in bytes; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="DeviceMemoryException">The device does not have as much memory left. The size stays as it was.</exception>
    /// <exception cref="ObjectDisposedException">The memory was released.</exception>
    public void Resize(long bytes) => _ledger.Resize(this, bytes);

    /// <summary>Releases the memory.</summary>
    public void Dispose() => _ledger.Return(this);

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => Holding.ToString();
}
