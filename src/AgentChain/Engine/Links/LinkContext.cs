using AgentChain.Blocks;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>The place where blocks are linked: a chain, or a sub-chain whose name prefixes the names of its blocks.</summary>
sealed record LinkContext(ChainRuntime Runtime, string Prefix)
{
    /// <summary>The branches that enclose this place; set only if the chain speculates.</summary>
    public BranchPath? Path { get; init; }

    /// <summary>Whether this place is inside a loop, whose rounds wait for final values.</summary>
    public bool InLoop { get; init; }

    /// <summary>Whether the blocks here have options in <c>ChainOptions.Blocks</c>. Fallbacks have none.</summary>
    public bool HasOptions { get; init; } = true;

    /// <summary>Whether hypotheses can reach this place.</summary>
    public bool Speculates => !InLoop && Runtime.Layer is { Speculates: true };

    public LinkContext Branch(object fork, int branch) => Speculates ? this with { Path = new BranchPath(fork, branch, Path) } : this;

    public BlockNode Node(string name, BlockSettings settings) =>
        new(Runtime, Prefix + name, HasOptions ? Runtime.Settings.Configure(Prefix + name, settings) : settings);

    public LinkContext Inside(string name) => this with { Prefix = $"{Prefix}{name}/" };
}
