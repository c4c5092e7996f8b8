using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>The works inside a block that warms up: they lease devices, but nothing is recorded.</summary>
/// <param name="runtime">The chain.</param>
/// <param name="node">The block.</param>
/// <param name="giveWay">Ends the warm-up when other work wants a device of it; null if it does not give way.</param>
sealed class WarmUpWorks(ChainRuntime runtime, BlockNode node, Action? giveWay) : IInnerHost
{
    public bool IsOver => false;

    public long Now => runtime.Now;

    public async Task<DeviceLease> AcquireAsync(InnerWork work, DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken)
    {
        var request = new PlacementRequest(phase == WorkPhase.Whole ? $"{node.Name}/{work.Name}" : node.Name, device, phase)
        {
            IsSpeculative = giveWay is not null,
            Yield = giveWay,
        };
        return node.Accept(await runtime.Devices.AcquireAsync(request, cancellationToken).AsGuardedTask(), device);
    }

    public void Release(InnerWork work, DeviceLease lease) => node.Release(lease);

    public void FoundLost(InnerWork work, DeviceLease lease, DeviceLostException reason) => node.FoundLost(lease, reason);
}
