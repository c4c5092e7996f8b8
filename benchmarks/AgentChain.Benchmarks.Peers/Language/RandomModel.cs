using System.Text.Json.Nodes;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// A folder with a decoder of random weights and ordinary width (24 million parameters), in the layout of the sample's language model and
/// with its tokenizer. It says nothing that makes sense, but takes the time of a model of its size: next to it the hand-offs of a chain
/// are as small as they are in use. In half precision it is one that CUDA's attention kernel takes.
/// </summary>
sealed class RandomModel : IDisposable
{
    const int Layers = 8, Width = 512, Heads = 8, KeyValueHeads = 2, HeadSize = 64, Inner = 1408, Positions = 1024;
    const float Epsilon = 1e-5f;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain-");
    readonly Random _random = new(5);
    readonly bool _isHalf;

    /// <summary>Writes the folder.</summary>
    /// <param name="like">The folder whose tokenizer and configuration it takes.</param>
    /// <param name="isHalf">Whether it is in half precision; it then never stops by itself.</param>
    public RandomModel(string like, bool isHalf = false)
    {
        _isHalf = isHalf;
        foreach (string file in Directory.EnumerateFiles(like, "*.json"))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        string name = Path.Combine(Folder, "genai_config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(name))!;
        JsonNode decoder = config["model"]!["decoder"]!;
        (decoder["head_size"], decoder["hidden_size"]) = (HeadSize, Width);
        (decoder["num_attention_heads"], decoder["num_hidden_layers"], decoder["num_key_value_heads"]) = (Heads, Layers, KeyValueHeads);
        int vocabulary = (int)config["model"]!["vocab_size"]!;
        if (isHalf)
        {
            // The only token that stops is one that the model never selects: see Head.
            config["model"]!["eos_token_id"] = vocabulary - 1;
        }

        File.WriteAllText(name, config.ToJsonString());
        File.WriteAllBytes(Path.Combine(Folder, "model.onnx"), Graph(vocabulary));
    }

    /// <summary>Gets the folder.</summary>
    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    TensorElementType CacheType => _isHalf ? TensorElementType.Float16 : TensorElementType.Float;

    byte[] Graph(int vocabulary)
    {
        var g = new OnnxGraph();
        g.Input("input_ids", TensorElementType.Int64, "batch_size", "sequence_length");
        g.Input("attention_mask", TensorElementType.Int64, "batch_size", "total_sequence_length");
        string count = g.Node("ReduceSum", ["attention_mask", g.Shape(1)], null, ("keepdims", 0));
        g.Node("Cast", [g.Node("Sub", [count, g.Scalar(1)])], "last_positions", ("to", (int)TensorElementType.Int32));
        string total = g.Node("Gather", [g.Node("Shape", ["attention_mask"]), g.Scalar(1)], null, ("axis", 0));
        g.Node("Cast", [total], "total_length", ("to", (int)TensorElementType.Int32));
        string cos = Typed(g, g.Constant("cos_cache", Rotation(Math.Cos))), sin = Typed(g, g.Constant("sin_cache", Rotation(Math.Sin)));
        string x = g.Node("Gather", [Typed(g, g.Constant("embed", Weights(vocabulary, Width))), "input_ids"]);
        string normal = g.Node(
            "SimplifiedLayerNormalization", [x, Ones(g, "norm")], null, ("axis", -1), ("epsilon", Epsilon), ("stash_type", 1));
        for (int i = 0; i < Layers; i++)
        {
            normal = SkipNorm(g, x, Times(g, Attention(g, normal, i, cos, sin), Heads * HeadSize, Width, $"o.{i}"), $"inner.{i}", out x);
            string gate = Times(g, normal, Width, Inner, $"gate.{i}"), up = Times(g, normal, Width, Inner, $"up.{i}");
            string inner = g.Node("Mul", [g.Node("Mul", [gate, g.Node("Sigmoid", [gate])]), up]);
            normal = SkipNorm(g, x, Times(g, inner, Inner, Width, $"down.{i}"), $"norm.{i}", out x);
        }

        string head = Typed(g, g.Constant("head", Head(vocabulary)));
        if (_isHalf)
        {
            g.Node("Cast", [g.Node("MatMul", [normal, head])], "logits", ("to", (int)TensorElementType.Float));
        }
        else
        {
            g.Node("MatMul", [normal, head], "logits");
        }

        g.Output("logits", TensorElementType.Float, "batch_size", "sequence_length", vocabulary);
        return g.ToModel();
    }

    string Attention(OnnxGraph g, string normal, int i, string cos, string sin)
    {
        foreach (string part in new[] { "key", "value" })
        {
            g.Input($"past_key_values.{i}.{part}", CacheType, "batch_size", KeyValueHeads, "past_sequence_length", HeadSize);
            g.Output($"present.{i}.{part}", CacheType, "batch_size", KeyValueHeads, "total_sequence_length", HeadSize);
        }

        string attended = $"attended.{i}";
        g.Nodes(
            "com.microsoft:GroupQueryAttention",
            [
                Times(g, normal, Width, (Heads + (2 * KeyValueHeads)) * HeadSize, $"qkv.{i}"), "", "", $"past_key_values.{i}.key",
                $"past_key_values.{i}.value", "last_positions", "total_length", cos, sin,
            ],
            [attended, $"present.{i}.key", $"present.{i}.value"],
            ("num_heads", Heads), ("kv_num_heads", KeyValueHeads), ("do_rotary", 1), ("rotary_interleaved", 0), ("local_window_size", -1),
            ("scale", (float)(1 / Math.Sqrt(HeadSize))));
        return attended;
    }

    string Times(OnnxGraph g, string x, int rows, int columns, string name) =>
        g.Node("MatMul", [x, Typed(g, g.Constant(name, Weights(rows, columns)))]);

    string SkipNorm(OnnxGraph g, string x, string added, string name, out string sum)
    {
        sum = name + ".sum";
        g.Nodes(
            "com.microsoft:SkipSimplifiedLayerNormalization", [x, added, Ones(g, name + ".ones")],
            [name + ".out", "", "", sum], ("epsilon", Epsilon));
        return name + ".out";
    }

    string Ones(OnnxGraph g, string name) => Typed(g, g.Constant(name, [.. Enumerable.Repeat(1f, Width)], Width));

    /// <summary>Returns a constant in the precision of the model; ONNX Runtime converts it once, when it loads the model.</summary>
    string Typed(OnnxGraph g, string constant) =>
        _isHalf ? g.Node("Cast", [constant], null, ("to", (int)TensorElementType.Float16)) : constant;

    /// <summary>
    /// The weights of the logits. In half precision the last token's are 0, so that another one is always more probable.
    /// </summary>
    Matrix Head(int vocabulary)
    {
        Matrix head = Weights(Width, vocabulary);
        return _isHalf ? Matrix.Of(Width, vocabulary, (row, column) => column == vocabulary - 1 ? 0 : head[row, column]) : head;
    }

    static Matrix Rotation(Func<double, double> of) =>
        Matrix.Of(Positions, HeadSize / 2, (p, i) => of(p / Math.Pow(10_000, 2.0 * i / HeadSize)));

    /// <summary>Random weights that keep the size of what they are multiplied with.</summary>
    Matrix Weights(int rows, int columns)
    {
        double size = Math.Sqrt(3.0 / Math.Min(rows, Width));
        return Matrix.Of(rows, columns, (_, _) => ((2 * _random.NextDouble()) - 1) * size);
    }
}
