using AgentChain.Engine.Links;

namespace AgentChain.Engine.Nodes;

/// <summary>The exit of a sub-chain that returns one value.</summary>
sealed class SubChainExit<TOut>(Target<TOut> next) : Target<TOut>
{
    public override ValueTask SendAsync(in Envelope<TOut> envelope)
    {
        var frame = (SubChainFrame<TOut>)envelope.Frame!;
        return !envelope.IsOver && (frame.Run.IsHypothesis(envelope.Cause!) || frame.Run.End())
            ? next.SendAsync(
                new Envelope<TOut>(envelope.Turn, envelope.Value, frame.Run.Outside(envelope.Cause!), frame.Outer, envelope.At))
            : default;
    }
}
