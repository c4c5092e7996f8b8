using System.Text.Json.Nodes;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>A model whose next token depends only on the last one, and which does something odd with several sequences.</summary>
sealed class OddModel : IDisposable
{
    const int Vocabulary = 100, HeadSize = 8;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");

    /// <param name="fails">Whether a run of several sequences fails, rather than having slightly other logits.</param>
    public OddModel(bool fails)
    {
        string like = Fixture.Path("tiny-genai");
        File.Copy(System.IO.Path.Combine(like, "tokenizer.json"), System.IO.Path.Combine(Path, "tokenizer.json"));
        JsonNode config = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(like, "genai_config.json")))!;
        JsonNode decoder = config["model"]!["decoder"]!;
        (decoder["num_hidden_layers"], decoder["num_key_value_heads"], decoder["head_size"]) = (1, 1, HeadSize);
        File.WriteAllText(System.IO.Path.Combine(Path, "genai_config.json"), config.ToJsonString());
        File.WriteAllBytes(System.IO.Path.Combine(Path, "model.onnx"), Graph(fails));
    }

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    static byte[] Graph(bool fails)
    {
        var g = new OnnxGraph();
        g.Input("input_ids", TensorElementType.Int64, "batch_size", "sequence_length");
        g.Input("attention_mask", TensorElementType.Int64, "batch_size", "total_sequence_length");
        foreach (string part in new[] { "key", "value" })
        {
            g.Input($"past_key_values.0.{part}", TensorElementType.Float, "batch_size", 1, "past_sequence_length", HeadSize);
            g.Output($"present.0.{part}", TensorElementType.Float, "batch_size", 1, "total_sequence_length", HeadSize);
            g.Node("Identity", [$"past_key_values.0.{part}"], $"present.0.{part}");
        }

        string rows = g.Node("Gather", [g.Constant("table", Matrix.Random(new Random(3), Vocabulary, Vocabulary)), "input_ids"]);
        string mask = g.Node("Mul", [g.Node("Cast", [g.Node("ReduceMin", ["attention_mask"], null, ("keepdims", 0))], null, ("to", 1)), g.Constant("none", [0f])]);
        rows = g.Node("Add", [rows, mask]);
        if (fails)
        {
            g.Node("Reshape", [rows, g.Shape(1, -1, Vocabulary)], "logits");
        }
        else
        {
            string batch = g.Node("Gather", [g.Node("Shape", ["input_ids"]), g.Scalar(0)], null, ("axis", 0));
            string more = g.Node("Cast", [g.Node("Sub", [batch, g.Scalar(1)])], null, ("to", 1));
            g.Node("Add", [rows, g.Node("Mul", [more, g.Constant("little", [1e-6f])])], "logits");
        }

        g.Output("logits", TensorElementType.Float, "batch_size", "sequence_length", Vocabulary);
        return g.ToModel();
    }
}
