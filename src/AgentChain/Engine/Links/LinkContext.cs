using AgentChain.Blocks;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Where blocks are linked: in a chain, or in a sub-chain whose blocks carry its name before theirs.</summary>
sealed record LinkContext(ChainRuntime Runtime, string Prefix)
{
    /// <summary>Which branches it is inside of; only where the chain speculates.</summary>
    public BranchPath? Path { get; init; }

    /// <summary>Whether it is inside of a loop, whose rounds wait for certain values.</summary>
    public bool InLoop { get; init; }

    /// <summary>Whether hypotheses may come here.</summary>
    public bool Speculates => !InLoop && Runtime.Layer is { Speculates: true };

    public LinkContext Branch(object fork, int branch) => Speculates ? this with { Path = new BranchPath(fork, branch, Path) } : this;

    public BlockNode Node(string name, BlockSettings settings) => new(Runtime, Prefix + name, settings);

    public LinkContext Inside(string name) => this with { Prefix = $"{Prefix}{name}/" };
}
