using AgentChain.Devices;

namespace AgentChain.Onnx.Runtime;

/// <summary>Finds the lane on which a block runs its model.</summary>
static class BlockLanes
{
    /// <summary>Returns the lane of the block's lease if the lease is for the model's device.</summary>
    /// <exception cref="InvalidOperationException">
    /// The block has no lease, or one for a device other than the model's; the message says how to fix it.
    /// </exception>
    public static DeviceLane Of(BlockContext context, ComputeDevice device)
    {
        DeviceLease lease = context.Lease ?? throw new InvalidOperationException(
            $"The block '{context.BlockName}' runs a model on {device.Name} and needs a lane of that device: add it to the chain with o => o.On(\"{device.Name}\").");
        return string.Equals(lease.Device.Name, device.Name, StringComparison.OrdinalIgnoreCase)
            ? lease.Lane
            : throw new InvalidOperationException(
                $"The block '{context.BlockName}' was given {lease.Device.Name}, but its model is on {device.Name}: add it with o => o.On(\"{device.Name}\"), or load the model onto {lease.Device.Name}.");
    }
}
