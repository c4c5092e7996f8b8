using AgentChain.Devices;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>The wait for a device before a block's run.</summary>
static class DeviceWait
{
    /// <summary>Adds a run to its turn's list and acquires the lease that its block requests; false if the run must not begin.</summary>
    public static ValueTask<bool> BeginAsync<TIn>(BlockRun run, TIn input) =>
        !run.TryBegin() ? new(false)
        : run.Node.Settings.Device is { } device ? new(AcquireAsync(run, device, input))
        : new(true);

    /// <summary>Acquires a lease for a run; false if the turn ended first or no lease could be acquired.</summary>
    public static async Task<bool> AcquireAsync<TIn>(BlockRun run, DeviceRequest device, TIn input)
    {
        TurnCore turn = run.Turn;
        run.AwaitDevice();
        try
        {
            bool isSpeculative = run.MayBeInVain;
            PlacementRequest request = DeviceOrder.Request(turn, run.Node, run.Node.Name, device) with
            {
                IsSpeculative = isSpeculative,
                StillSpeculative = isSpeculative ? () => run.MayBeInVain : null,
                Predict = run.Node.Costs?.Predictor(turn, input),
                Affinity = run.Node.AffinityOf(input),
            };
            ValueTask<DeviceLease> asked = turn.Runtime.Devices.AcquireAsync(request, run.Token);

            DeviceLease lease = run.Node.Accept(asked.IsCompletedSuccessfully ? asked.Result : await asked.AsGuardedTask(), device);
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
