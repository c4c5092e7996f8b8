using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>A block that takes a value and makes a stream.</summary>
sealed class StreamNode<TIn, TOut>(
    FlowNode node, IStreamBlock<TIn, TOut> block, FallbackValue<TOut>? fallback, StreamReceiver<TOut> next) : Receiver<TIn>
{
    public override ValueTask AcceptAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<TIn> envelope)
    {
        TurnState turn = envelope.Turn;
        var run = new StreamRun<TIn, TOut>(turn, node, envelope.Cause, envelope.At, block, envelope.Value, fallback);
        if (!await DeviceWait.BeginAsync(run))
        {
            return;
        }

        ItemSink<TOut> sink = await next.OpenAsync(turn, run, envelope.Frame);
        if (run.IsOver)
        {
            run.Abandon();
            node.Release(run.Lease);
            return;
        }

        if (await run.RunAsync(sink) is { } last)
        {
            await sink.CompleteAsync(last);
        }
    }
}

/// <summary>A block that runs for each item of a stream, in order, and makes a stream of all it makes.</summary>
sealed class EachNode<TIn, TOut>(
    FlowNode node, IStreamBlock<TIn, TOut> block, FallbackValue<TOut>? fallback, StreamReceiver<TOut> next)
    : Receiver<StreamEdge<TIn>>
{
    public override ValueTask AcceptAsync(in Envelope<StreamEdge<TIn>> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<StreamEdge<TIn>> envelope)
    {
        TurnState turn = envelope.Turn;
        StreamEdge<TIn> edge = envelope.Value;
        ItemSink<TOut> sink = await next.OpenAsync(turn, envelope.Cause!, envelope.Frame);
        Hop? last = null;
        while (await edge.Reader.WaitToReadAsync())
        {
            while (!envelope.IsOver && edge.Reader.TryRead(out Item<TIn> item))
            {
                var run = new StreamRun<TIn, TOut>(turn, node, item.Cause, turn.Runtime.Now, block, item.Value, fallback);
                if (!await DeviceWait.BeginAsync(run))
                {
                    return;
                }

                last = await run.RunAsync(sink);
                if (last is null)
                {
                    return;
                }
            }

            if (envelope.IsOver)
            {
                return;
            }
        }

        if (!envelope.IsOver && edge.Last is { } ended)
        {
            await sink.CompleteAsync(last is not null && last.EndedAt > ended.EndedAt ? last : ended);
        }
    }
}

/// <summary>A block that makes one value, seen as one that makes a stream of that value alone.</summary>
sealed class SingleItemBlock<TIn, TOut>(IBlock<TIn, TOut> block) : IStreamBlock<TIn, TOut>
{
    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await block.InvokeAsync(input, context, cancellationToken).Guarded();
    }
}
