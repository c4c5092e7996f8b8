using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>An external Dataflow block that many turns can be inside at once, whatever the order of its outputs.</summary>
abstract class UnorderedThrough<TIn, TOut>(ChainRuntime runtime, BlockNode node, Target<TOut> next)
    : ThroughNode<TIn, TOut>(runtime, node, next)
{
    protected override async Task RunAsync(Envelope<TIn> envelope)
    {
        var run = new ForeignRun<TOut>(envelope.Turn, Node, envelope.Cause, envelope.At);
        if (!run.TryBegin())
        {
            return;
        }

        run.Begin();
        _ = ServeAsync(run, envelope.Value);
        await HandOnAsync(envelope, run);
    }

    /// <summary>Passes the input through the block and answers the run, or breaks it. Does not throw.</summary>
    protected abstract Task ServeAsync(ForeignRun<TOut> run, TIn input);
}
