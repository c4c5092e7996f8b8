using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>A branch of a join, whatever it returns.</summary>
/// <param name="Label">Its name in pictures.</param>
/// <param name="Nodes">Its blocks.</param>
/// <param name="Link">Links it, as one of the join's branches, to what comes after the join.</param>
sealed record JoinBranch<TIn, TNext>(string Label, IReadOnlyList<BlueprintNode> Nodes, Func<LinkContext, BlockNode, int, Target<TNext>, Target<TIn>> Link);
