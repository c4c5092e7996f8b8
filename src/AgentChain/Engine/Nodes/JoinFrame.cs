using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Keeps the branches' results until all of them have arrived.</summary>
/// <typeparam name="TIn">The type of the branches' input.</typeparam>
/// <typeparam name="TSides">The type of the results.</typeparam>
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
