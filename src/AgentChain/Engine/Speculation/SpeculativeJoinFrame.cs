using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

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
