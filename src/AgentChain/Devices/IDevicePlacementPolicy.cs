namespace AgentChain.Devices;

/// <summary>
/// Decides which of several devices runs the work. It starts nothing and depends on nothing but the device states that it is passed and,
/// at most, its own earlier picks, so it can be tested by passing in device states. Custom policies can be registered in addition to those
/// in <see cref="DevicePlacementPolicies"/>.
/// </summary>
/// <remarks>
/// <see cref="DeviceScheduler"/> calls <see cref="Pick"/> under its lock, one call at a time, so <see cref="Pick"/> must be quick and must
/// not block. A policy that remembers its picks belongs to one scheduler. If <see cref="Pick"/> throws or returns an index that does not
/// exist, the request fails with an <see cref="InvalidOperationException"/> that names the policy. Other requests are not affected.
/// </remarks>
public interface IDevicePlacementPolicy
{
    /// <summary>Gets the name that selects the policy in the configuration.</summary>
    string Name { get; }

    /// <summary>Picks a device.</summary>
    /// <param name="request">The request.</param>
    /// <param name="candidates">The devices that fulfill the request and have room; never empty.</param>
    /// <returns>The index of the picked candidate, or -1 to make the request wait.</returns>
    int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates);
}
