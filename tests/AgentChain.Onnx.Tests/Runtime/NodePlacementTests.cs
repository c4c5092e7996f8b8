using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>Which execution provider runs each node of a model.</summary>
public class NodePlacementTests
{
    const string RecordKey = "session.record_ep_graph_assignment_info";

    [Fact]
    public void Nodes_AskedForOnTheCpu_NamesOperatorsAndProvider()
    {
        var host = new OnnxRuntimeHost();
        var options = new OnnxSessionOptions { Configuration = new Dictionary<string, string> { [RecordKey] = "1" } };
        using OnnxSession session = host.Load(Fixture.Path("affine.onnx"), options: options);

        Assert.Contains(session.Nodes, node => node.Operator is "Mul" or "Add");
        Assert.All(session.Nodes, node => Assert.Equal(("CPUExecutionProvider", true), (node.Provider, node.IsOnCpu)));
    }

    [Fact]
    public void Nodes_NotAskedForOnTheCpu_AreNotRecorded()
    {
        var host = new OnnxRuntimeHost();
        using OnnxSession session = host.Load(Fixture.Path("affine.onnx"));

        Assert.Empty(session.Nodes);
        Assert.Empty(host.NodesOnCpu);
    }

    [Fact]
    public void Describe_SomeNodesOnTheCpu_CountsThemByOperator()
    {
        OnnxNode[] nodes =
        [
            new("a", "MatMul", "CUDAExecutionProvider"), new("b", "Shape", "CPUExecutionProvider"), new("c", "Gather", "CPUExecutionProvider"),
            new("d", "Gather", "CPUExecutionProvider"),
        ];

        string? line = NodePlacements.Describe("model.onnx", "cuda:0", nodes);

        Assert.StartsWith("'model.onnx' was loaded onto cuda:0, but 3 of its 4 nodes run on the CPU (2 Gather, 1 Shape).", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_ManyKinds_NamesTheMostFrequent()
    {
        OnnxNode[] nodes = [.. Enumerable.Range(0, 8).Select(i => new OnnxNode("", $"Op{i}", "CPUExecutionProvider"))];

        Assert.Contains("(1 Op0, 1 Op1, 1 Op2, 1 Op3, 1 Op4, ...)", NodePlacements.Describe("m", "cuda:0", nodes), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_NothingOnTheCpu_SaysNothing() =>
        Assert.Null(NodePlacements.Describe("m", "cuda:0", [new OnnxNode("a", "MatMul", "CUDAExecutionProvider")]));
}
