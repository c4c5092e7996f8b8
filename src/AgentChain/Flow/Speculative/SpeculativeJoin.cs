using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>
/// The branches' latest results, in a chain that speculates. A branch may give hypotheses of its result before the result, so each
/// side's latest is kept and the join is made again whenever one changes.
/// </summary>
sealed class SpeculativeJoinFrame<TIn, TSides>(TIn input, TraceStep? cause, Frame? outer, TSides sides) : Frame(outer)
    where TSides : struct, IJoinSides
{
    const int Counted = 64;

    int _missing = sides.Count;
    ulong _there;
    HashSet<int>? _moreThere;

    /// <summary>The latest results; a field, so that they can be set in place. Under the gate.</summary>
    public TSides Sides = sides;

    public Lock Gate { get; } = new();

    public TIn Input { get; } = input;

    public TraceStep? Cause { get; } = cause;

    /// <summary>Counts a branch that has given a result; says whether all have. Under the gate.</summary>
    public bool IsComplete(int side)
    {
        bool isNew = side < Counted ? (_there & (1UL << side)) == 0 : (_moreThere ??= []).Add(side);
        if (isNew)
        {
            _there |= side < Counted ? 1UL << side : 0;
            _missing--;
        }

        return _missing == 0;
    }
}

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
        WorkScope? scope = sides.CauseOf(0)?.Scope;
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
            ? new SpeculativeStep(turn, node, last, turn.Runtime.Now) { WaitedAtBarrier = true, Also = also, Scope = scope, Baggage = baggage }
            : new JoinStep(turn, node, last, turn.Runtime.Now, more.AsMemory(0, others)) { WaitedAtBarrier = true, Also = also, Scope = scope, Baggage = baggage };
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

/// <summary>What leaves a join of more than two branches.</summary>
/// <param name="turn">The turn.</param>
/// <param name="node">The join.</param>
/// <param name="parent">The branch that ended last.</param>
/// <param name="startedAt">When the join began.</param>
/// <param name="more">The branches it waited for besides the last and <see cref="SpeculativeStep.Also"/>.</param>
sealed class JoinStep(TurnCore turn, BlockNode node, TraceStep? parent, long startedAt, ReadOnlyMemory<TraceStep> more) : SpeculativeStep(turn, node, parent, startedAt)
{
    public override ReadOnlySpan<TraceStep> More => more.Span;
}
