using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The end of one branch: keeps its result, and joins all results when the others have arrived.</summary>
sealed class JoinSide<TIn, TSides, TSide, TOut>(
    BlockNode node,
    KeepSide<TSides, TSide> keep,
    JoinSides<TIn, TSides, TOut> join,
    Target<TOut> next) : Target<TSide>
    where TSides : struct, IJoinSides
{
    public override ValueTask SendAsync(in Envelope<TSide> envelope)
    {
        TurnCore turn = envelope.Turn;
        var frame = (JoinFrame<TIn, TSides>)envelope.Frame!;
        keep(ref frame.Sides, new(envelope.Value, envelope.Cause));
        if (!frame.IsComplete() || envelope.IsOver)
        {
            return default;
        }

        var step = new TraceStep(turn, node, frame.Sides.CauseOf(JoinSides.Latest(frame.Sides)), turn.Runtime.Now)
        {
            WaitedAtBarrier = true,
            Baggage = JoinSides.BaggageOf(frame.Sides, frame.Cause),
        };
        turn.BeginRun(step);
        TOut value;
        try
        {
            value = join(frame.Input, frame.Sides);
        }
        catch (Exception error)
        {
            step.Fail(error);
            return default;
        }

        node.Ended(step, turn.Runtime.Now);
        return next.SendAsync(new Envelope<TOut>(turn, value, step, frame.Outer, step.EndedAt));
    }
}
