using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>Where blocks are linked: in a chain, or in a sub-chain whose blocks carry its name before theirs.</summary>
sealed record LinkScope(ChainRuntime Runtime, string Prefix)
{
    public FlowNode Node(string name, BlockSettings settings) => new(Runtime, Prefix + name, settings);

    public LinkScope Inside(string name) => this with { Prefix = $"{Prefix}{name}/" };
}
