namespace AgentChain.Building;

/// <summary>Specifies the kind of step that a node of the blueprint represents.</summary>
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
