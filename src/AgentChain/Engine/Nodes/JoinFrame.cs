using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The branches' results, while they are awaited.</summary>
/// <typeparam name="TIn">What the branches take.</typeparam>
/// <typeparam name="TSides">The results.</typeparam>
sealed class JoinFrame<TIn, TSides>(TIn input, TraceStep? cause, Frame? outer, TSides sides) : Frame(outer)
    where TSides : struct, IJoinSides
{
    int _missing = sides.Count;

    /// <summary>The results; a field, so that they can be set in place.</summary>
    public TSides Sides = sides;

    public TIn Input { get; } = input;

    public TraceStep? Cause { get; } = cause;

    public bool IsComplete() => Interlocked.Decrement(ref _missing) == 0;
}
