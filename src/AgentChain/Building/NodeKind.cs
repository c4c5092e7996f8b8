using AgentChain.Blocks;

namespace AgentChain.Building;

/// <summary>What kind of step a node of the blueprint is.</summary>
enum NodeKind
{
    Block,
    Stream,
    Each,
    Regroup,
    Collect,
    Revise,
    Route,
    Parallel,
    Loop,
    SubChain,
    Through,
}
