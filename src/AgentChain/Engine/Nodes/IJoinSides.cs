using AgentChain.Blocks;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The results of a join's branches. Structs, so that a join of two pays for no list.</summary>
interface IJoinSides
{
    int Count { get; }

    TraceStep? CauseOf(int side);

    /// <summary>Separates a copy from the original, so that what is kept there later does not change it.</summary>
    void Separate();
}
