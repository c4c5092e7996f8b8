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
        var run = new StreamRun<TIn, TOut>(turn, node, envelope.Cause, envelope.Cause?.EndedAt ?? turn.StartedAt, envelope.At, block, fallback);
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

        await sink.EndAsync(run, await run.RunAsync(envelope.Value, sink));
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
