using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>The end of one branch, in a chain that speculates.</summary>
sealed class SpeculativeJoinSide<TIn, TSides, TSide, TOut>(
    BlockNode node,
    int side,
    KeepSide<TSides, TSide> keep,
    JoinSides<TIn, TSides, TOut> join,
    Target<TOut> next) : Target<TSide>
    where TSides : struct, IJoinSides
{
    public override ValueTask SendAsync(in Envelope<TSide> envelope)
    {
        TurnCore turn = envelope.Turn;
        var frame = (SpeculativeJoinFrame<TIn, TSides>)envelope.Frame!;
        TSides sides;
        lock (frame.Gate)
        {
            if (envelope.IsOver)
            {
                return default;
            }

            keep(ref frame.Sides, new(envelope.Value, envelope.Cause));
            if (!frame.IsComplete(side) || AnyIsOver(frame.Sides))
            {
                return default;
            }

            sides = frame.Sides;
            sides.Separate();
        }

        SpeculativeStep step = TraceStep(turn, sides, frame.Cause);
        if (!step.IsUncommitted)
        {
            turn.BeginRun(step);
        }

        TOut value;
        try
        {
            value = join(frame.Input, sides);
        }
        catch (Exception error)
        {
            step.Fail(error);
            return default;
        }

        node.EndedInPlace(step, turn.Runtime.Now);
        return next.SendAsync(new Envelope<TOut>(turn, value, step, frame.Outer, step.EndedAt));
    }

    SpeculativeStep TraceStep(TurnCore turn, in TSides sides, TraceStep? fork)
    {
        int latest = JoinSides.Latest(sides);
        IWorkScope? scope = sides.CauseOf(0)?.Scope;
        TraceStep? also = null;
        TraceStep[]? more = null;
        int others = 0;
        for (int i = 0; i < sides.Count; i++)
        {
            TraceStep? cause = sides.CauseOf(i);
            scope = i == 0 ? scope : JoinedScope.Of(scope, cause?.Scope, fork?.Scope);
            if (i == latest || cause is null)
            {
                continue;
            }

            if (also is null)
            {
                also = cause;
            }
            else
            {
                (more ??= new TraceStep[sides.Count - 2])[others++] = cause;
            }
        }

        TraceStep? last = sides.CauseOf(latest);
        Baggage? baggage = JoinSides.BaggageOf(sides, fork);
        return more is null
            ? new SpeculativeStep(turn, node, last, turn.Runtime.Now)
            {
                WaitedAtBarrier = true, Also = also, Scope = scope, Baggage = baggage,
            }
            : new JoinStep(turn, node, last, turn.Runtime.Now, more.AsMemory(0, others))
            {
                WaitedAtBarrier = true, Also = also, Scope = scope, Baggage = baggage,
            };
    }

    static bool AnyIsOver(in TSides sides)
    {
        for (int i = 0; i < sides.Count; i++)
        {
            if (sides.CauseOf(i) is { IsOver: true })
            {
                return true;
            }
        }

        return false;
    }
}
