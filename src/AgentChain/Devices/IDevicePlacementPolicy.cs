namespace AgentChain.Devices;

/// <summary>
/// Decides on which of several devices work goes. Pure: it holds no state and starts nothing, so it can be tested by
/// handing it states. Register your own beside those in <see cref="DevicePlacementPolicies"/>.
/// </summary>
/// <remarks>
/// <see cref="DeviceScheduler"/> calls <see cref="Pick"/> under its lock, one call at a time: it must be quick and must not block. When it
/// throws, or returns an index that does not exist, the request fails with an <see cref="InvalidOperationException"/> that names the
/// policy; other requests are not affected.
/// </remarks>
public interface IDevicePlacementPolicy
{
    /// <summary>Gets the name by which configuration picks the policy.</summary>
    string Name { get; }

    /// <summary>Picks a device.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="candidates">Devices that fulfil the request and have room; never empty.</param>
    /// <returns>The index of the pick, or -1 to let the request wait.</returns>
    int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates);
}
