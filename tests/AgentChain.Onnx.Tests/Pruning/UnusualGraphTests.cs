using AgentChain.Onnx.Pruning;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Graphs;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Pruning;

/// <summary>Graphs that no export has, and files that are no models.</summary>
public sealed class UnusualGraphTests
{
    const int Width = 4, Rows = 3;
    readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData("quantized")]
    [InlineData("unknown rank")]
    [InlineData("skip of fixed rows")]
    [InlineData("addend of fixed rows")]
    [InlineData("scale of fixed rows")]
    [InlineData("product with a vector")]
    [InlineData("names of ours")]
    public void Keep_OfAnUnusualGraph_ChangesNoLastRow(string what)
    {
        OnnxGraph graph = new OnnxGraph().Input("x", TensorElementType.Float, "batch", "length", Width);
        string hidden = graph.Node("MatMul", ["x", Numbers(graph, "first", Width, Width)]);
        string result = what switch
        {
            "quantized" => Quantized(graph, hidden),
            // What ONNX Runtime knows only when it runs: a number, not a matrix.
            "unknown rank" => graph.Node("Mul", [hidden, graph.Node("Reshape", [graph.Node("ReduceMax", ["x"]), NoShape(graph)])]),
            "skip of fixed rows" => graph.Node("com.microsoft:SkipLayerNormalization", [hidden, Numbers(graph, "skip", 1, Rows, Width), Numbers(graph, "gamma", Width)]),
            "addend of fixed rows" => graph.Node("Add", [hidden, Numbers(graph, "addend", Rows, Width)]),
            "scale of fixed rows" => graph.Node("LayerNormalization", [hidden, Numbers(graph, "gamma", 1, Rows, Width)]),
            "product with a vector" => graph.Node("Add", [hidden, graph.Node("MatMul", [hidden, Numbers(graph, "vector", Width)])]),
            _ => graph.Node("Add", [hidden, graph.Node("Gather", [Numbers(graph, "many", 9, Width), graph.Constant("agentchain.last_row.start", [2L], 1)])]),
        };
        graph.Node("MatMul", [result, Numbers(graph, "head", Width, Width)], "logits");
        graph.Output("logits", TensorElementType.Float, "batch", "length", Width);
        byte[] model = graph.ToModel();

        byte[] changed = Keep(model) ?? model;

        using OnnxSession whole = _host.Load(model, "whole"), last = _host.Load(changed, "last");
        int rows = what == "product with a vector" ? Width : Rows;
        Assert.All(Run(last, rows).Zip(Run(whole, rows)), p => Assert.Equal(p.Second, p.First, 1e-4f));
    }

    [Fact]
    public void Keep_OfAFileThatIsCutOrDamaged_NeverThrows()
    {
        byte[] model = new RandomGraph(1).ToModel();
        var random = new Random(3);
        for (int i = 0; i < model.Length; i++)
        {
            byte[] damaged = i % 2 == 0 ? model[..i] : [.. model];
            for (int j = 0; j < i % 5 && damaged.Length > 0; j++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            _ = Keep(damaged);
        }
    }

    [Fact]
    public void Keep_OfAChainOfManyNodesOrACycle_Ends()
    {
        Assert.NotNull(Keep(Chain(50_000, "hidden").ToModel()));
        _ = Keep(Chain(10, "logits").ToModel());
    }

    [Fact]
    public void Keep_OfAFileOfManyWeights_HoldsTheChangedContentsOnly()
    {
        OnnxGraph graph = Chain(3, "hidden");
        for (int i = 0; i < 16; i++)
        {
            graph.Constant($"weights.{i}", new float[1 << 17], 1 << 17);
        }

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, graph.ToModel());
            Assert.NotNull(LastRow.Keep(path, "logits"));
            long before = GC.GetAllocatedBytesForCurrentThread();
            byte[] changed = LastRow.Keep(path, "logits")!;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, changed.Length, changed.Length * 1.05);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Keep_OfOneGraphInTwoFields_LeavesIt()
    {
        byte[] model = Chain(3, "hidden").ToModel();
        Assert.NotNull(Keep(model));
        Assert.Null(Keep([.. model, .. new ModelPart { Graph = new GraphPart { Node = { new NodePart { OpType = "Tanh", Input = { "logits" }, Output = { "more" } } } } }.ToByteArray()]));
    }

    [Fact]
    public void Load_WeightsInAnotherFile_AreFound()
    {
        string folder = Directory.CreateTempSubdirectory("agentchain").FullName;
        try
        {
            byte[] model = Chain(1, "hidden").ToModel();
            ModelPart part = ModelPart.Parser.ParseFrom(model);
            TensorPart head = part.Graph.Initializer.Single(t => t.Name == "head");
            File.WriteAllBytes(Path.Combine(folder, "weights.bin"), head.RawData.ToByteArray());
            head.ClearRawData();
            // external_data is field 13 and data_location field 14.
            byte[] location = new ProtoWriter().Message(13, new ProtoWriter().Text(1, "location").Text(2, "weights.bin")).Integer(14, 1).ToArray();
            head.MergeFrom(location);
            string path = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(path, part.ToByteArray());
            byte[]? changed = null;

            using OnnxSession whole = _host.Load(model, "whole"), last = _host.Load(path, default, null, p => changed = LastRow.Keep(p, "logits"));

            Assert.NotNull(changed);
            Assert.Equal(Run(whole, Rows), Run(last, Rows));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static byte[]? Keep(byte[] model) => LastRow.Keep(new MemoryStream(model), "logits");

    static OnnxGraph Chain(int nodes, string first)
    {
        OnnxGraph graph = new OnnxGraph().Input("x", TensorElementType.Float, "batch", "length", Width);
        string value = graph.Node("CumSum", ["x", graph.Scalar(1)], "hidden");
        value = first == "hidden" ? value : first;
        for (int i = 0; i < nodes; i++)
        {
            value = graph.Node("Tanh", [value]);
        }

        graph.Node("MatMul", [value, Numbers(graph, "head", Width, Width)], "logits");
        return graph.Output("logits", TensorElementType.Float, "batch", "length", Width);
    }

    static string Quantized(OnnxGraph graph, string hidden)
    {
        graph.Nodes("DynamicQuantizeLinear", [hidden], ["quantized", "scale", "zero"]);
        string weights = graph.Node("Cast", [Numbers(graph, "weights", Width, Width)], null, ("to", (int)TensorElementType.Int8));
        string product = graph.Node("Cast", [graph.Node("MatMulInteger", ["quantized", weights, "zero"])], null, ("to", (int)TensorElementType.Float));
        return graph.Node("Mul", [product, graph.Node("Mul", ["scale", Numbers(graph, "weights scale")])]);
    }

    /// <summary>Returns the shape of a number, which is known only when the graph runs.</summary>
    static string NoShape(OnnxGraph graph) =>
        graph.Node("Slice", [graph.Node("Shape", ["x"]), graph.Shape(0), graph.Node("Unsqueeze", [graph.Node("Sub", [graph.Node("Size", ["x"]), graph.Node("Size", ["x"])]), graph.Shape(0)])]);

    static string Numbers(OnnxGraph graph, string name, params int[] shape) =>
        graph.Constant(name, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => (float)Math.Sin(1 + (i * 7)) * 3)], shape);

    static float[] Run(OnnxSession session, int rows)
    {
        using OnnxBinding binding = session.CreateBinding();
        binding.Input<float>("x", Enumerable.Range(0, rows * Width).Select(i => (float)Math.Cos(i * 5)).ToArray(), 1, rows, Width);
        binding.Output("logits");
        session.Run(binding);
        using OnnxOutputs outputs = binding.TakeOutputs();
        float[] row = [];
        LogitsRow.CopyLast(outputs["logits"], TensorElementType.Float, ref row);
        return row;
    }
}
