using System.Diagnostics;
using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>A synchronous block that runs in place, between its neighbours, without a queue.</summary>
sealed class FusedNode<TIn, TOut>(FlowNode node, ISyncBlock<TIn, TOut> block, Receiver<TOut> next) : Receiver<TIn>
{
    public override bool MayWait => next.MayWait;

    public override ValueTask AcceptAsync(in Envelope<TIn> envelope)
    {
        TurnState turn = envelope.Turn;
        if (envelope.IsOver)
        {
            return default;
        }

        var hop = new Hop(turn, node, envelope.Cause, envelope.At);
        bool isUncommitted = hop.IsUncommitted;
        if (!isUncommitted)
        {
            turn.BeginRun(hop);
        }

        Activity? activity = isUncommitted ? null : node.StartActivity(turn);
        TOut value;
        try
        {
            value = block.Invoke(envelope.Value, new BlockContext(hop));
        }
        catch (Exception error)
        {
            node.StopActivity(activity);
            hop.Fail(error);
            return default;
        }

        node.StopActivity(activity);

        node.EndedInPlace(hop, turn.Runtime.Now);
        return hop.IsOver ? default : next.AcceptAsync(envelope.With(value, hop));
    }
}
