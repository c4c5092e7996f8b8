using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>What a block sees of its chain while it warms up.</summary>
/// <param name="runtime">The chain.</param>
/// <param name="node">The block.</param>
/// <param name="lease">The lease of the device on which it warms up; null for none.</param>
/// <param name="leases">The leases of the works inside the block.</param>
/// <param name="giveWay">
/// Ends the warm-up when other work wants the device. If it is given, the warm-up is speculative, and no input of it is ever final.
/// </param>
/// <param name="token">The token that cancels the warm-up.</param>
sealed class WarmUpScope(ChainRuntime runtime, BlockNode node, DeviceLease? lease, WarmUpLeases leases, Action? giveWay, CancellationToken token) : IBlockScope
{
    string Device => lease?.Device.Name ?? "";

    public Baggage? Baggage { get; set; }

    public TurnId TurnId => default;

    public string BlockName => node.Name;

    public TimeSpan Remaining => Timeout.InfiniteTimeSpan;

    public TimeProvider Time => runtime.Time;

    public DeviceLease? Lease => lease;

    public CancellationToken TurnToken => token;

    public bool IsWarmUp => true;

    public bool IsSpeculative => giveWay is not null;

    public ValueTask CommittedAsync(CancellationToken cancellationToken) =>
        IsSpeculative ? new(Task.Delay(Timeout.InfiniteTimeSpan, runtime.Time, cancellationToken)) : default;

    public void StateShapes(IReadOnlyList<string> shapes, string? device) => runtime.WarmUps.State(node.Name, Device, device ?? Device, shapes);

    public void ShapeRan(string shape, string? device) => runtime.WarmUps.Ran(node.Name, Device, device ?? Device, shape);

    public InnerWork Begin(string name, object? key) => new(new WarmUpWorks(runtime, node, leases, giveWay), this, name);

    public void InputEnded(long last, long known) =>
        throw new InvalidOperationException($"Block '{node.Name}' is warming up and has no input.");
}
