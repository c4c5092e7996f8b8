using AgentChain.Devices;

namespace AgentChain.Flow;

/// <summary>The wait for a device before a block's run.</summary>
static class DeviceWait
{
    /// <summary>Takes a lease for a run; false when the turn ended first or the lease could not be had.</summary>
    public static async Task<bool> AcquireAsync(FlowNode node, Hop hop, DeviceRequest device)
    {
        TurnState turn = hop.Turn;
        try
        {
            DeviceLease lease = await turn.Runtime.Devices.AcquireAsync(
                new PlacementRequest(node.Name, device, WorkPhase.Whole, turn.NextDue), hop.Token);
            if (hop.IsOver)
            {
                lease.Dispose();
                return false;
            }

            hop.HeldLease = lease;
            hop.RunningAt = turn.Runtime.Now;
            return true;
        }
        catch (Exception error)
        {
            hop.Fail(error);
            return false;
        }
    }
}
