namespace AgentChain.Devices;

public sealed class IdleFirstPolicy : IDevicePlacementPolicy
{
    public string Name => "idle-first";

    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        bool needsIdle = request.IsSpeculativeNow;
        int best = -1;
        for (int i = 0; i < candidates.Length; i++)
        {
            int leases = candidates[i].ActiveLeases;
            if ((!needsIdle || leases == 0) && (best < 0 || leases < candidates[best].ActiveLeases))
            {
                best = i;
            }
        }

        return best;
    }
}
