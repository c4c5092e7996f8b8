using System.Diagnostics;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A synchronous block that runs in place between its neighbors, without a queue.</summary>
sealed class FusedNode<TIn, TOut>(BlockNode node, ISyncBlock<TIn, TOut> block, Target<TOut> next) : Target<TIn>
{
    public override bool MayWait => next.MayWait;

    public override ValueTask SendAsync(in Envelope<TIn> envelope)
    {
        TurnCore turn = envelope.Turn;
        if (envelope.IsOver)
        {
            return default;
        }

        var step = new TraceStep(turn, node, envelope.Cause, envelope.At);
        bool isUncommitted = step.IsUncommitted;
        if (!isUncommitted)
        {
            turn.BeginRun(step);
        }

        Activity? activity = isUncommitted ? null : node.StartActivity(turn);
        TOut value;
        try
        {
            value = block.Invoke(envelope.Value, new BlockContext(step));
        }
        catch (Exception error)
        {
            node.StopActivity(activity);
            step.Fail(error);
            return default;
        }

        node.StopActivity(activity);

        long now = turn.Runtime.Now;
        node.Costs?.Ran(envelope.Value, step, now);
        node.EndedInPlace(step, now);
        return step.IsOver ? default : next.SendAsync(envelope.With(value, step));
    }
}
