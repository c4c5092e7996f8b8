using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The results of a join's branches. Implemented by structs, so that a join of two branches does not allocate a list.</summary>
interface IJoinSides
{
    int Count { get; }

    TraceStep? CauseOf(int side);

    /// <summary>Separates a copy from the original, so that later changes to the original do not affect the copy.</summary>
    void Separate();
}
