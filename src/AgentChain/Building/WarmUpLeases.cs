using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>
/// The leases of the works inside a block that warms up. What the block has not given back when its warm-up is over is released: a chain that is
/// kept warm would lose another one after each period. Thread-safe.
/// </summary>
/// <param name="node">The block.</param>
sealed class WarmUpLeases(BlockNode node)
{
    readonly Lock _lock = new();
    readonly HashSet<DeviceLease> _held = [];
    bool _isOver;

    /// <summary>Keeps a lease until it is released; if the warm-up is over, it is released at once.</summary>
    /// <exception cref="OperationCanceledException">The warm-up is over.</exception>
    public DeviceLease Hold(DeviceLease lease)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _held.Add(lease);
                return lease;
            }
        }

        node.Release(lease);
        throw new OperationCanceledException();
    }

    public void Release(DeviceLease lease)
    {
        lock (_lock)
        {
            _held.Remove(lease);
        }

        node.Release(lease);
    }

    /// <summary>Releases what is held.</summary>
    /// <param name="goesOn">Whether the block works on, because it does not observe its token: the lanes are stuck.</param>
    public void End(bool goesOn)
    {
        DeviceLease[] held;
        lock (_lock)
        {
            _isOver = true;
            held = [.. _held];
            _held.Clear();
        }

        foreach (DeviceLease lease in held.Where(static lease => !lease.IsReleased))
        {
            if (goesOn)
            {
                lease.Lane.MarkStuck();
            }

            node.Release(lease);
        }
    }
}
