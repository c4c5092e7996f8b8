using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>Sends a value down two branches that run side by side; <see cref="JoinSide{TIn,TLeft,TRight,TSide,TOut}"/> joins them.</summary>
/// <param name="left">The first branch.</param>
/// <param name="right">The second branch.</param>
/// <param name="frame">Makes what keeps the two results: of the value, what caused it, and what is around it.</param>
sealed class ForkNode<TIn>(Receiver<TIn> left, Receiver<TIn> right, Func<TIn, Hop?, Frame?, Frame> frame) : Receiver<TIn>
{
    public override ValueTask AcceptAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            return default;
        }

        Frame join = frame(envelope.Value, envelope.Cause, envelope.Frame);
        var forked = new Envelope<TIn>(envelope.Turn, envelope.Value, envelope.Cause, join, envelope.At);
        ValueTask one = left.AcceptAsync(forked);
        ValueTask other = right.AcceptAsync(forked);
        return one.IsCompletedSuccessfully ? other : new ValueTask(BothAsync(one, other));
    }

    static async Task BothAsync(ValueTask one, ValueTask other)
    {
        await one;
        await other;
    }
}

/// <summary>The two branches' results, while they are awaited.</summary>
sealed class JoinFrame<TIn, TLeft, TRight>(TIn input, Hop? cause, Frame? outer) : Frame(outer)
{
    int _missing = 2;

    public TIn Input { get; } = input;

    public Hop? Cause { get; } = cause;

    public (TLeft Value, Hop? Cause) Left { get; set; }

    public (TRight Value, Hop? Cause) Right { get; set; }

    public bool IsComplete() => Interlocked.Decrement(ref _missing) == 0;
}

/// <summary>The end of one branch: keeps its result, and joins when the other is there.</summary>
sealed class JoinSide<TIn, TLeft, TRight, TSide, TOut>(
    FlowNode node,
    Action<JoinFrame<TIn, TLeft, TRight>, (TSide, Hop?)> keep,
    Func<TIn, TLeft, TRight, TOut> join,
    Receiver<TOut> next) : Receiver<TSide>
{
    public override ValueTask AcceptAsync(in Envelope<TSide> envelope)
    {
        TurnState turn = envelope.Turn;
        var frame = (JoinFrame<TIn, TLeft, TRight>)envelope.Frame!;
        keep(frame, (envelope.Value, envelope.Cause));
        if (!frame.IsComplete() || envelope.IsOver)
        {
            return default;
        }

        Hop? left = frame.Left.Cause;
        Hop? right = frame.Right.Cause;
        var hop = new Hop(turn, node, left is not null && left.EndedAt > (right?.EndedAt ?? 0) ? left : right, turn.Runtime.Now)
        {
            WaitedAtBarrier = true,
            Baggage = Baggage.Merge(left?.Baggage, right?.Baggage, frame.Cause?.Baggage),
        };
        turn.BeginRun(hop);
        TOut value;
        try
        {
            value = join(frame.Input, frame.Left.Value, frame.Right.Value);
        }
        catch (Exception error)
        {
            hop.Fail(error);
            return default;
        }

        node.Ended(hop, turn.Runtime.Now);
        return next.AcceptAsync(new Envelope<TOut>(turn, value, hop, frame.Outer, hop.EndedAt));
    }
}
