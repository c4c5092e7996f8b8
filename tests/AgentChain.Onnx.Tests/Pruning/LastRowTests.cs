using AgentChain.Devices;
using AgentChain.Onnx.Pruning;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Graphs;
using AgentChain.Onnx.Tests.Language;
using AgentChain.Onnx.Tokenization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Pruning;

public sealed class LastRowTests
{
    readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData("tiny-genai", 2)]
    [InlineData("tiny-genai-fp16", 2)]
    [InlineData("tiny-optimum", 2)]
    [InlineData("language-model", 2)]
    [InlineData(nameof(GenaiFamily.Llama), 2)]
    [InlineData(nameof(GenaiFamily.LlamaTied), 2)]
    [InlineData(nameof(GenaiFamily.Qwen2), 2)]
    [InlineData(nameof(GenaiFamily.Qwen3), 2)]
    [InlineData(nameof(GenaiFamily.Phi), 2)]
    public void Keep_OfADecoder_CutsTheAttentionAndTheResidualOfTheLastLayer(string name, int expected)
    {
        using var folder = new ModelFolder(name);

        ModelPart changed = ModelPart.Parser.ParseFrom(LastRow.Keep(Path.Combine(folder.Path, "model.onnx"), "logits")!);

        NodePart[] cuts = [.. changed.Graph.Node.Where(IsCut)];
        Assert.True(expected == cuts.Length, string.Join("\n", changed.Graph.Node.TakeLast(14).Select(n => $"{n.OpType} {n.Input} {n.Output}")));
        // Every attention but the last is before the cuts, so that all tokens are in its keys and values.
        int first = changed.Graph.Node.TakeWhile(n => !IsCut(n)).Count();
        Assert.DoesNotContain(changed.Graph.Node.Skip(first), n => n.OpType is "GroupQueryAttention" or "Softmax");
    }

    [Theory]
    [InlineData("tiny-genai", 1e-5f)]
    [InlineData("tiny-genai-fp16", 0.02f)]
    [InlineData("tiny-optimum", 1e-5f)]
    [InlineData("language-model", 1e-4f)]
    [InlineData(nameof(GenaiFamily.Llama), 1e-5f)]
    [InlineData(nameof(GenaiFamily.LlamaTied), 1e-5f)]
    [InlineData(nameof(GenaiFamily.Qwen2), 1e-5f)]
    [InlineData(nameof(GenaiFamily.Qwen3), 1e-5f)]
    [InlineData(nameof(GenaiFamily.Phi), 1e-5f)]
    public async Task LastLogitsOnly_OfADecoder_ChangesNoTokenAndNoLogit(string name, float tolerance)
    {
        using var folder = new ModelFolder(name);
        using LanguageModel last = LanguageModel.Load(_host, folder.Path, options: new() { MaxLength = 160 });
        using LanguageModel all = LanguageModel.Load(_host, folder.Path, options: new() { MaxLength = 160, LastLogitsOnly = false });
        using var lane = new DeviceLane("last row");
        for (int length = 1; length < 60; length += 7)
        {
            int[] prompt = [.. Enumerable.Range(0, length).Select(i => 3 + (i * 37 % 200))];
            using KeyValueCache one = last.CreateCache(), other = all.CreateCache();
            float[] row = one.Read(prompt).ToArray(), expected = other.Read(prompt).ToArray();

            float scale = expected.Max(Math.Abs);
            Assert.All(row.Zip(expected), p => Assert.InRange(p.First - p.Second, -tolerance * scale, tolerance * scale));
            Assert.Equal(await AnswerAsync(all, lane, prompt), await AnswerAsync(last, lane, prompt));
        }
    }

    [Theory]
    [InlineData("hidden", 1)]
    [InlineData("branch", 0)]
    [InlineData("DynamicQuantizeLinear", 1)]
    [InlineData("ReduceMean of all rows", 2)]
    [InlineData("no opset", 0)]
    [InlineData("other domain", 0)]
    [InlineData("second output", 0)]
    public void Keep_OfAGraphThatNeedsAllRows_LeavesThem(string what, int cuts)
    {
        OnnxGraph graph = new OnnxGraph().Input("ids", TensorElementType.Float, "batch", "length", 4);
        string weights = graph.Constant("weights", [.. Enumerable.Range(0, 16).Select(i => (float)i)], 4, 4);
        string hidden = graph.Node(what == "other domain" ? "my:MatMul" : "MatMul", ["ids", weights], "hidden");
        hidden = what switch
        {
            "DynamicQuantizeLinear" => Quantized(graph, hidden),
            "ReduceMean of all rows" => graph.Node("Sub", [hidden, graph.Node("ReduceMean", [hidden], null, ("axes", new[] { 1 }))], "centered"),
            _ => hidden,
        };
        graph.Node(what == "other domain" ? "my:MatMul" : "MatMul", [hidden, weights], "logits");
        graph.Output("logits", TensorElementType.Float, "batch", "length", 4);
        switch (what)
        {
            case "second output":
                graph.Node("Softmax", ["logits"], "probabilities");
                graph.Output("probabilities", TensorElementType.Float, "batch", "length", 4);
                break;
            case "hidden":
                graph.Output("hidden", TensorElementType.Float, "batch", "length", 4);
                break;
        }

        ModelPart model = ModelPart.Parser.ParseFrom(graph.ToModel());
        if (what == "branch")
        {
            var inner = new GraphPart { Node = { new NodePart { OpType = "Identity", Input = { "logits" }, Output = { "inner" } } } };
            model.Graph.Node.Add(new NodePart { OpType = "If", Input = { "ids" }, Output = { "if" }, Attribute = { new AttributePart { Name = "then_branch", G = inner } } });
        }
        else if (what == "no opset")
        {
            model.OpsetImport.Clear();
        }

        byte[]? changed = Keep(Google.Protobuf.MessageExtensions.ToByteArray(model));

        NodePart[] nodes = changed is null ? [] : [.. ModelPart.Parser.ParseFrom(changed).Graph.Node];
        Assert.Equal(cuts, nodes.Count(IsCut));
    }

    [Fact]
    public void Keep_OfSomethingElse_IsNull()
    {
        Assert.Null(Keep("not a model"u8.ToArray()));
        Assert.Null(Keep([]));
        Assert.Null(LastRow.Keep(Path.Combine(Fixture.Path("tiny-genai"), "model.onnx"), "other"));
        Assert.Null(LastRow.Keep(Path.Combine(Fixture.Path("tiny-genai"), "absent.onnx"), "logits"));
    }

    static byte[]? Keep(byte[] model) => LastRow.Keep(new MemoryStream(model), "logits");

    static string Quantized(OnnxGraph graph, string hidden)
    {
        graph.Nodes("DynamicQuantizeLinear", [hidden], ["quantized", "scale", "zero"]);
        return graph.Node("DequantizeLinear", ["quantized", "scale", "zero"], "dequantized");
    }

    static bool IsCut(NodePart node) => node.Name.StartsWith("agentchain.last_row.", StringComparison.Ordinal);

    static async Task<List<int>> AnswerAsync(LanguageModel model, DeviceLane lane, int[] prompt)
    {
        List<int> tokens = [];
        await foreach (GeneratedToken token in model.Generate(lane, prompt, new() { MaxTokens = 12 }))
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }

    /// <summary>A committed model, or one with random weights in a folder of its own.</summary>
    sealed class ModelFolder : IDisposable
    {
        readonly GenaiModel? _made;

        public ModelFolder(string name)
        {
            if (char.IsUpper(name[0]))
            {
                _made = new GenaiModel(GenaiFamily.Named(name), TokenizerReader.Load(Fixture.Path("qwen.tokenizer.json")).VocabularySize, 1);
            }

            Path = _made?.Path ?? (name == "language-model" ? Fixture.Models(name) : Fixture.Path(name));
        }

        public string Path { get; }

        public void Dispose() => _made?.Dispose();
    }
}
