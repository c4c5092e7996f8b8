using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The branches' latest results, in a chain that speculates. A branch can produce hypotheses before its result, so each side's latest is
/// kept, and the join runs again whenever one changes.
/// </summary>
sealed class SpeculativeJoinFrame<TIn, TSides>(TIn input, TraceStep? cause, Frame? outer, TSides sides) : Frame(outer)
    where TSides : struct, IJoinSides
{
    /// <summary>The number of branches that fit in the bit set; further ones are in a hash set.</summary>
    const int Counted = 64;

    int _missing = sides.Count;
    ulong _there;
    HashSet<int>? _moreThere;

    /// <summary>The latest results; a field, so that they can be set in place. Guarded by <see cref="Gate"/>.</summary>
    public TSides Sides = sides;

    public Lock Gate { get; } = new();

    public TIn Input { get; } = input;

    public TraceStep? Cause { get; } = cause;

    /// <summary>Counts a branch that has produced a result; returns whether all branches have. Guarded by <see cref="Gate"/>.</summary>
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
