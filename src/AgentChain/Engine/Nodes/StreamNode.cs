using AgentChain.Engine.Links;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

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
        if (FateOf(envelope, out TurnPrediction prediction) == Fate.IsRejected)
        {
            Foresight.GiveUp(turn, node, prediction);
            return;
        }

        var run = new StreamRun<TIn, TOut>(
            turn, node, envelope.Cause, envelope.Cause?.EndedAt ?? turn.StartedAt, envelope.At, block, fallback);
        if (!await DeviceWait.BeginAsync(run))
        {
            return;
        }

        // After the wait for the device, which can have taken what was left.
        Fate fate = FateOf(envelope, out prediction);
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

    Fate FateOf(in Envelope<TIn> envelope, out TurnPrediction prediction)
    {
        prediction = default;
        return node.Forecast is { } forecast && !envelope.IsUncommitted
            ? Foresight.Decide(
                envelope.Turn, node, forecast.Own(envelope.Turn.Forecast, envelope.Value), mayReject: true, out prediction)
            : Fate.Runs;
    }
}
