namespace AgentChain.Devices;

/// <summary>Always picks the first candidate, so that a block stays on one device while that device has room.</summary>
public sealed class PinnedPolicy : IDevicePlacementPolicy
{
    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.Pinned;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => 0;
}
