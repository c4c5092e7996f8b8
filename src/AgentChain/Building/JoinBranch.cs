using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>A branch of a join, independent of the type of its result.</summary>
/// <param name="Label">The label of the branch in diagrams.</param>
/// <param name="Nodes">The blocks of the branch.</param>
/// <param name="Link">Links the branch, as one of the join's branches, to the target downstream of the join.</param>
sealed record JoinBranch<TIn, TNext>(
    string Label, IReadOnlyList<BlueprintNode> Nodes, Func<LinkContext, BlockNode, int, Target<TNext>, Target<TIn>> Link);
