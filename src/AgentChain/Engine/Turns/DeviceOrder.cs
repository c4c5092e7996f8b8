using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Turns;

/// <summary>Decides when a request for a device should be served.</summary>
static class DeviceOrder
{
    /// <summary>Creates a request for a run of a block, or for work inside it.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="node">The block.</param>
    /// <param name="name">The name of the block, or of the work.</param>
    /// <param name="device">The requested device.</param>
    /// <param name="phase">The part of the work to place.</param>
    public static PlacementRequest Request(TurnCore turn, BlockNode node, string name, DeviceRequest device, WorkPhase phase = WorkPhase.Whole)
    {
        var request = new PlacementRequest(name, device, phase, turn.NextDue);
        if (turn.Playback is not { } playback)
        {
            return node.Forecast is { Plan.OrderBySlack: true } forecast
                && Foresight.SlackOf(turn, forecast, forecast.Own(turn.Forecast)) is { } slack
                    ? request with { StartBy = slack.StartBy }
                    : request;
        }

        // The turn has something to play: it yields while one more run like its own would still leave it in time.
        (Estimate own, Estimate rest) = Needs(turn, node, playback.Meter?.Usual ?? default);
        long needed = Ticks(turn, rest.Mean + (2 * Math.Sqrt(rest.Variance)));
        long margin = Ticks(turn, own.Mean);
        return request with
        {
            StartBy = playback.Until - needed,
            CanWait = () => turn.Runtime.Now < playback.Until - needed - margin,
        };
    }

    /// <summary>Returns the time of the block, and the time until the turn has its next item to play.</summary>
    static (Estimate Own, Estimate Needed) Needs(TurnCore turn, BlockNode node, in Estimate playing)
    {
        if (node.Forecast is { Plan: { } plan } block)
        {
            Estimate known = block.Own(turn.Forecast);
            return (known, plan.From(block, known, turn.Forecast, waits: false));
        }

        // Without a prediction of the chain: the block itself, or one that takes as long as the one that plays, and then that one.
        Estimate own = node.Playback?.Usual ?? node.Costs?.Usual ?? playing;
        return (own, node.Playback is null ? own + playing : own);
    }

    static long Ticks(TurnCore turn, double seconds) =>
        BudgetClock.ToTicks(Costs.CostModel.ToTime(seconds), turn.Runtime.Time.TimestampFrequency);
}
