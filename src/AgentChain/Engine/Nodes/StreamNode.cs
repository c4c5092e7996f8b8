using AgentChain.Engine.Links;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Nodes;

/// <summary>Runs a block that takes a value and produces a stream.</summary>
sealed class StreamNode<TIn, TOut>(
    BlockNode node, IStreamBlock<TIn, TOut> block, FallbackValue<TOut>? fallback, StreamTarget<TOut> next) : Target<TIn>
{
    public override ValueTask SendAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<TIn> envelope)
    {
        TurnCore turn = envelope.Turn;
        Fate fate = FateOf(envelope, out TurnPrediction prediction);
        if (fate == Fate.IsRejected)
        {
            Foresight.GiveUp(turn, node, prediction);
            return;
        }

        if (fate == Fate.Runs && WaitsTooLongForDevice(envelope))
        {
            fate = Fate.IsDegraded;
        }

        var run = new StreamRun<TIn, TOut>(
            turn, node, envelope.Cause, envelope.Cause?.EndedAt ?? turn.StartedAt, envelope.At, block, fallback);
        if (fate == Fate.IsDegraded)
        {
            // The fallback needs no device.
            if (!run.TryBegin())
            {
                return;
            }
        }
        else if (!await DeviceWait.BeginAsync(run, envelope.Value))
        {
            return;
        }
        else
        {
            // After the wait for the device, which can have taken what was left.
            fate = FateOf(envelope, out prediction);
        }

        if (fate == Fate.IsRejected)
        {
            run.Abandon();
            node.Release(run.Lease);
            Foresight.GiveUp(turn, node, prediction);
            return;
        }

        ItemWriter<TOut> sink = await next.OpenAsync(turn, run, envelope.Frame);
        if (run.IsOver)
        {
            run.Abandon();
            node.Release(run.Lease);
            return;
        }

        await sink.EndAsync(run, await (fate == Fate.IsDegraded ? run.RunInsteadAsync(sink) : run.RunAsync(envelope.Value, sink)));
    }

    Fate FateOf(in Envelope<TIn> envelope, out TurnPrediction prediction, bool mayReject = true, double wait = 0)
    {
        prediction = default;
        return node.Forecast is { } forecast && !envelope.IsUncommitted
            ? Foresight.Decide(
                envelope.Turn, node, forecast.Own(envelope.Turn.Forecast, envelope.Value).After(wait), mayReject, out prediction)
            : Fate.Runs;
    }

    /// <summary>Whether the fallback is to run at once, because the wait for the device would make the turn late.</summary>
    bool WaitsTooLongForDevice(in Envelope<TIn> envelope) =>
        node.Settings.Device is not null && node.Forecast is { HasInstead: true } forecast && forecast.DeviceWait() is var wait and > 0
            && FateOf(envelope, out _, mayReject: false, wait) == Fate.IsDegraded;
}
