using AgentChain.Devices;

namespace AgentChain.Flow;

/// <summary>The wait for a device before a block's run.</summary>
static class DeviceWait
{
    /// <summary>Enters a run in its turn's list and takes the lease its block asks for; false when it is not to begin.</summary>
    public static ValueTask<bool> BeginAsync(ActiveRun run) =>
        !run.TryBegin() ? new(false)
        : run.Node.Settings.Device is { } device ? new(AcquireAsync(run, device))
        : new(true);

    /// <summary>Takes a lease for a run; false when the turn ended first or the lease could not be had.</summary>
    public static async Task<bool> AcquireAsync(ActiveRun run, DeviceRequest device)
    {
        TurnState turn = run.Turn;
        run.AwaitDevice();
        try
        {
            bool isSpeculative = run.MayBeInVain;
            var request = new PlacementRequest(run.Node.Name, device, WorkPhase.Whole, turn.NextDue)
            {
                IsSpeculative = isSpeculative,
                StillSpeculative = isSpeculative ? () => run.MayBeInVain : null,
            };
            DeviceLease lease = await turn.Runtime.Devices.AcquireAsync(request, run.Token);
            if (!run.IsOver)
            {
                run.Place(lease);
                return true;
            }

            lease.Dispose();
        }
        catch (Exception error)
        {
            run.Fail(error);
        }

        run.Abandon();
        return false;
    }
}
