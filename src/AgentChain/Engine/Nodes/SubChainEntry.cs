using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The entry of a sub-chain: starts its budget and shows it as one span.</summary>
sealed class SubChainEntry<TIn, TOut>(BlockNode node, FallbackValue<TOut>? fallback, Target<TOut>? next, Target<TIn> inner) : Target<TIn>
{
    public override ValueTask SendAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            return default;
        }

        var run = new SubChainRun<TOut>(envelope.Turn, node, envelope.Cause, envelope.At, fallback, next, envelope.Frame);
        if (!run.IsUncommitted)
        {
            envelope.Turn.BeginRun(run);
        }

        run.Begin();
        TraceStep entered = TraceStep.At(envelope.Turn, node, envelope.Cause, run);
        var frame = new SubChainFrame<TOut>(run, envelope.Frame);
        return inner.SendAsync(new Envelope<TIn>(envelope.Turn, envelope.Value, entered, frame, envelope.At));
    }
}
