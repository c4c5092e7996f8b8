using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>
/// The two branches' latest results, in a chain that speculates. A branch may give hypotheses of its result before the result, so each
/// side's latest is kept and the join is made again whenever one changes.
/// </summary>
sealed class SpeculativeFrame<TIn, TLeft, TRight>(TIn input, Hop? cause, Frame? outer) : Frame(outer)
{
    public Lock Gate { get; } = new();

    public TIn Input { get; } = input;

    public Hop? Cause { get; } = cause;

    public (TLeft Value, Hop? Cause)? Left { get; set; }

    public (TRight Value, Hop? Cause)? Right { get; set; }
}

/// <summary>The end of one branch, in a chain that speculates.</summary>
sealed class SpeculativeJoinSide<TIn, TLeft, TRight, TSide, TOut>(
    FlowNode node,
    Action<SpeculativeFrame<TIn, TLeft, TRight>, (TSide, Hop?)> keep,
    Func<TIn, TLeft, TRight, TOut> join,
    Receiver<TOut> next) : Receiver<TSide>
{
    public override ValueTask AcceptAsync(in Envelope<TSide> envelope)
    {
        TurnState turn = envelope.Turn;
        var frame = (SpeculativeFrame<TIn, TLeft, TRight>)envelope.Frame!;
        (TLeft Value, Hop? Cause) left;
        (TRight Value, Hop? Cause) right;
        lock (frame.Gate)
        {
            if (envelope.IsOver)
            {
                return default;
            }

            keep(frame, (envelope.Value, envelope.Cause));
            if (frame.Left is not { } one || frame.Right is not { } other || one.Cause is { IsOver: true } || other.Cause is { IsOver: true })
            {
                return default;
            }

            (left, right) = (one, other);
        }

        bool leftWasLast = left.Cause is not null && left.Cause.EndedAt > (right.Cause?.EndedAt ?? 0);
        var hop = new GateHop(turn, node, leftWasLast ? left.Cause : right.Cause, turn.Runtime.Now)
        {
            WaitedAtBarrier = true,
            Also = leftWasLast ? right.Cause : left.Cause,
            Scope = BothScopes.Of(left.Cause?.Scope, right.Cause?.Scope, frame.Cause?.Scope),
            Baggage = Baggage.Merge(left.Cause?.Baggage, right.Cause?.Baggage, frame.Cause?.Baggage),
        };
        if (!hop.IsUncommitted)
        {
            turn.BeginRun(hop);
        }

        TOut value;
        try
        {
            value = join(frame.Input, left.Value, right.Value);
        }
        catch (Exception error)
        {
            hop.Fail(error);
            return default;
        }

        node.EndedInPlace(hop, turn.Runtime.Now);
        return next.AcceptAsync(new Envelope<TOut>(turn, value, hop, frame.Outer, hop.EndedAt));
    }
}
