using AgentChain.Devices;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>The wait for a device before a block's run.</summary>
static class DeviceWait
{
    /// <summary>Enters a run in its turn's list and takes the lease its block asks for; false when it is not to begin.</summary>
    public static ValueTask<bool> BeginAsync(BlockRun run) =>
        !run.TryBegin() ? new(false)
        : run.Node.Settings.Device is { } device ? new(AcquireAsync(run, device))
        : new(true);

    /// <summary>Returns what a scheduler handed out, when it is a lease that its request accepts.</summary>
    /// <exception cref="InvalidOperationException">It is not; a lease for another device is given back.</exception>
    public static DeviceLease Check(DeviceLease? lease, DeviceRequest device, BlockNode node)
    {
        if (lease is null)
        {
            throw new InvalidOperationException($"The device scheduler has returned no lease to block '{node.Name}', which asks for {device}.");
        }

        if (!device.Accepts(lease.Device))
        {
            node.Release(lease);
            throw new InvalidOperationException(
                $"The device scheduler has returned a lease on {lease.Device.Name} to block '{node.Name}', which asks for {device}.");
        }

        return !lease.IsReleased ? lease : throw new InvalidOperationException(
            $"The device scheduler has returned a lease on {lease.Device.Name} to block '{node.Name}' that was given back before.");
    }

    /// <summary>Takes a lease for a run; false when the turn ended first or the lease could not be had.</summary>
    public static async Task<bool> AcquireAsync(BlockRun run, DeviceRequest device)
    {
        TurnCore turn = run.Turn;
        run.AwaitDevice();
        try
        {
            bool isSpeculative = run.MayBeInVain;
            var request = new PlacementRequest(run.Node.Name, device, WorkPhase.Whole, turn.NextDue)
            {
                IsSpeculative = isSpeculative,
                StillSpeculative = isSpeculative ? () => run.MayBeInVain : null,
            };
            ValueTask<DeviceLease> asked = turn.Runtime.Devices.AcquireAsync(request, run.Token);

            DeviceLease lease = Check(asked.IsCompletedSuccessfully ? asked.Result : await asked.AsGuardedTask(), device, run.Node);
            if (!run.IsOver)
            {
                run.Place(lease);
                return true;
            }

            run.Node.Release(lease);
        }
        catch (Exception error)
        {
            run.Fail(error);
        }

        run.Abandon();
        return false;
    }
}
