using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/how-to/add-an-engine-node.md.</summary>
public sealed class LastNodeTests
{
    [Fact]
    public void Last_Stream_PassesItsLastItemOn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = new StreamChainBuilder<int, int>(Count(world)).Last("last").Build(world.Options());
        await using Turn<int> turn = chain.Start(3);
        Assert.Equal([2], await turn.Output.ToListAsync());
        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(30.Milliseconds(), report.Elapsed);
        Assert.Equal(report.Elapsed, report.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration));
    });

    [Fact]
    public void Last_StreamWithoutItems_FailsTheTurnAndNamesTheNode() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = new StreamChainBuilder<int, int>(Count(world)).Last("last").Build(world.Options());
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(0));
        Assert.Equal("last", error.Block);
        Assert.Contains("received a stream without items", error.Message, StringComparison.Ordinal);
    });

    static AgentChain.StreamChainBuilder<int, int> Count(VirtualWorld world) => Chain.From<int>("c")
        .Stream("count", (n, token) => AgentChain.Tests.Engine.VirtualChains.Count(world, Enumerable.Repeat(10.0, n), token));

    /// <summary>Stands for the enumeration with the member that the page adds.</summary>
    static class NodeKind
    {
        public const AgentChain.Building.NodeKind Last = AgentChain.Building.NodeKind.Collect;
    }

    /// <summary>Stands for the builder with the method that the page adds.</summary>
    sealed class StreamChainBuilder<TIn, TOut>(AgentChain.StreamChainBuilder<TIn, TOut> builder)
    {
        readonly StreamLink<TIn, TOut> _link = builder.Link;

        string Name => builder.Name;

        IReadOnlyList<BlueprintNode> Nodes => builder.Nodes;

        #region builder
        public ChainBuilder<TIn, TOut> Last(string name) => new(
            Name,
            [.. Nodes, new(name, NodeKind.Last, new BlockSettings()) { Output = typeof(TOut), IsFused = true }],
            (scope, next) => _link(scope, new LastNode<TOut>(scope.Node(name, new BlockSettings()), next)));
        #endregion
    }
}
