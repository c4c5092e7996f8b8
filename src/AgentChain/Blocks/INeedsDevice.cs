using AgentChain.Devices;

namespace AgentChain;

/// <summary>
/// Represents a block that can only run on one device, such as the one that holds its model. <c>Build</c> refuses the chain if the block
/// was added without <c>On</c>, or for another device.
/// </summary>
public interface INeedsDevice
{
    /// <summary>Gets the device whose lane the block needs. <c>Build</c> reads it once.</summary>
    /// <value>
    /// The device; <see langword="null"/> if the block needs none, such as a block around another one that does not say that it needs one.
    /// </value>
    ComputeDevice? Device { get; }
}
