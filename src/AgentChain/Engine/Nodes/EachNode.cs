using AgentChain.Engine.Links;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Runs a block for each item of a stream, in order, and concatenates its outputs into one stream.</summary>
sealed class EachNode<TIn, TOut>(
    BlockNode node, IStreamBlock<TIn, TOut> block, FallbackValue<TOut>? fallback, StreamTarget<TOut> next)
    : Target<StreamEdge<TIn>>
{
    /// <summary>Whether one run object can serve many items, because nothing watches it or keeps a reference to it.</summary>
    readonly bool _isReusable = !node.HasBudget && node.Settings.Device is null && fallback is null;

    public override ValueTask SendAsync(in Envelope<StreamEdge<TIn>> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<StreamEdge<TIn>> envelope)
    {
        TurnCore turn = envelope.Turn;
        StreamEdge<TIn> edge = envelope.Value;
        ItemWriter<TOut> sink = await next.OpenAsync(turn, envelope.Cause!, envelope.Frame);
        try
        {
            StreamRun<TIn, TOut>? run = null;
            SpanFold? fold = null;
            int runs = 0;
            while (await edge.WaitToReadAsync())
            {
                long now = turn.Runtime.Now;
                while (!envelope.IsOver && !sink.IsClosed && edge.TryRead(out Item<TIn> item))
                {
                    now = Math.Max(now, item.At);
                    if (run is { IsReusable: true })
                    {
                        (fold ??= turn.FoldOf(run)).Add(run);
                        if (!run.TryAgain(item.Cause, item.At, now))
                        {
                            return;
                        }
                    }
                    else
                    {
                        run = new(turn, node, item.Cause, item.At, now, block, fallback)
                        {
                            IsReusable = _isReusable && ++runs > SpanFold.Kept,
                        };
                        if (!await DeviceWait.BeginAsync(run, item.Value))
                        {
                            return;
                        }
                    }

                    StreamEnd end = await run.RunAsync(item.Value, sink);
                    if (end.Last is null || end.Error is not null)
                    {
                        edge.Close();
                        await sink.EndAsync(run, end);
                        return;
                    }

                    now = end.Last.EndedAt;
                }

                if (envelope.IsOver || sink.IsClosed)
                {
                    return;
                }
            }

            if (!envelope.IsOver && edge.Last is { } ended)
            {
                await sink.EndAsync(edge.Failure, run is not null && run.EndedAt > ended.EndedAt ? run : ended);
            }
        }
        finally
        {
            // If this side ends first, the upstream block must not wait for room.
            edge.Close();
        }
    }
}
