using AgentChain.Blocks;
using AgentChain.Devices;

namespace AgentChain.Onnx.Runtime;

/// <summary>Finds the lane on which a block runs its model.</summary>
static class BlockLanes
{
    /// <summary>The lane of the block's lease, if the lease is for the model's own device.</summary>
    /// <exception cref="InvalidOperationException">The block asked for no device, or for another than its model is on; the message has the way out.</exception>
    public static DeviceLane Of(BlockContext context, ComputeDevice device)
    {
        DeviceLease lease = context.Lease ?? throw new InvalidOperationException(
            $"The block '{context.Block}' runs a model on {device.Name} and needs a lane of it: add it to the chain with o => o.On(\"{device.Name}\").");
        return string.Equals(lease.Device.Name, device.Name, StringComparison.OrdinalIgnoreCase)
            ? lease.Lane
            : throw new InvalidOperationException(
                $"The block '{context.Block}' was given {lease.Device.Name}, but its model is on {device.Name}: add it with o => o.On(\"{device.Name}\"), or load the model onto {lease.Device.Name}.");
    }
}
