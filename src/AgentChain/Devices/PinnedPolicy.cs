namespace AgentChain.Devices;

/// <summary>Always the first device that fulfils the request, so that a block stays where it is.</summary>
public sealed class PinnedPolicy : IDevicePlacementPolicy
{
    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.Pinned;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => 0;
}
