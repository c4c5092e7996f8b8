using System.Text.Json;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>
/// A decoder with random weights in the layout that the model builder of onnxruntime-genai writes for a family, and the same decoder in
/// plain C#, over the whole sequence and without a cache.
/// </summary>
sealed class GenaiModel : IDisposable
{
    const int Layers = 2, Width = 32, Inner = 40, Positions = 160;
    const float Epsilon = 1e-6f;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");
    readonly GenaiFamily _family;
    readonly Random _random = new(11);
    readonly Matrix _embedding, _head;
    readonly Layer[] _layers;
    readonly float[] _norm;
    readonly Matrix _cos, _sin;

    public GenaiModel(GenaiFamily family, int vocabulary, int stop)
    {
        _family = family;
        Vocabulary = vocabulary;
        int queries = family.Heads * family.HeadSize, shared = family.KeyValueHeads * family.HeadSize;
        _embedding = Matrix.Random(_random, vocabulary, Width, 12);
        _head = family.Tied ? _embedding.Transposed() : Matrix.Random(_random, Width, vocabulary, 2);
        _layers = [.. Enumerable.Range(0, Layers).Select(_ => new Layer(
            Weights(Width), Matrix.Random(_random, Width, queries, 1.5), Matrix.Random(_random, Width, shared, 1.5), Matrix.Random(_random, Width, shared, 1.5),
            Matrix.Random(_random, 1, queries), Matrix.Random(_random, 1, shared), Matrix.Random(_random, 1, shared), Weights(family.HeadSize), Weights(family.HeadSize),
            Matrix.Random(_random, queries, Width, 1.5), Weights(Width), Matrix.Random(_random, Width, Inner), Matrix.Random(_random, Width, Inner), Matrix.Random(_random, Inner, Width)))];
        _norm = Weights(Width);
        int half = family.Rotated / 2;
        _cos = Matrix.Of(Positions, half, (p, i) => Math.Cos(p / Math.Pow(10_000, 2.0 * i / family.Rotated)));
        _sin = Matrix.Of(Positions, half, (p, i) => Math.Sin(p / Math.Pow(10_000, 2.0 * i / family.Rotated)));
        File.WriteAllBytes(System.IO.Path.Combine(Path, "model.onnx"), Graph());
        File.WriteAllText(System.IO.Path.Combine(Path, "genai_config.json"), Config(stop));
        File.Copy(Fixture.Path("qwen.tokenizer.json"), System.IO.Path.Combine(Path, "tokenizer.json"));
    }

    public string Path => _folder.FullName;

    public int Vocabulary { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Returns the logits after the last tokens of a sequence, one row for each.</summary>
    public Matrix Logits(IReadOnlyList<int> tokens, int count)
    {
        Matrix x = _embedding.Rowwise(tokens);
        foreach (Layer layer in _layers)
        {
            Matrix normal = x.Normalized(layer.Norm1, Epsilon);
            Matrix q = Biased(normal.Times(layer.Query), layer.QueryBias), k = Biased(normal.Times(layer.Key), layer.KeyBias), v = Biased(normal.Times(layer.Value), layer.ValueBias);
            if (_family.NormalizesHeads)
            {
                (q, k) = (q.Normalized(layer.QueryNorm, Epsilon), k.Normalized(layer.KeyNorm, Epsilon));
            }

            x = x.Plus(Matrix.Attention(Rotate(q), Rotate(k), v, _family.HeadSize, causal: true).Times(layer.Output));
            Matrix inner = x.Normalized(layer.Norm2, Epsilon), gate = inner.Times(layer.Gate), up = inner.Times(layer.Up);
            x = x.Plus(Matrix.Of(gate.Rows, Inner, (r, c) => gate[r, c] / (1 + Math.Exp(-gate[r, c])) * up[r, c]).Times(layer.Down));
        }

        return x.Rowwise([.. Enumerable.Range(tokens.Count - count, count)]).Normalized(_norm, Epsilon).Times(_head);
    }

    Matrix Biased(Matrix x, Matrix bias) => _family.Biases ? x.Plus(bias) : x;

    /// <summary>Rotates the first numbers of each head; number i belongs to number i + half.</summary>
    Matrix Rotate(Matrix x) => Matrix.Of(x.Rows, x.Columns, (r, c) =>
    {
        int half = _family.Rotated / 2, at = c % _family.HeadSize;
        return at >= _family.Rotated ? x[r, c]
            : at < half ? ((double)x[r, c] * _cos[r, at]) - ((double)x[r, c + half] * _sin[r, at])
            : ((double)x[r, c] * _cos[r, at - half]) + ((double)x[r, c - half] * _sin[r, at - half]);
    });

    byte[] Graph()
    {
        var g = new OnnxGraph();
        g.Input("input_ids", TensorElementType.Int64, "batch_size", "sequence_length").Input("attention_mask", TensorElementType.Int64, "batch_size", "total_sequence_length");
        string count = g.Node("ReduceSum", ["attention_mask", g.Shape(1)], null, ("keepdims", 0));
        g.Node("Cast", [g.Node("Sub", [count, g.Scalar(1)])], "seqlens_k", ("to", (int)TensorElementType.Int32));
        string total = g.Node("Gather", [g.Node("Shape", ["attention_mask"]), g.Scalar(1)], null, ("axis", 0));
        g.Node("Cast", [total], "total_seq_len", ("to", (int)TensorElementType.Int32));
        g.Constant("cos_cache", _cos);
        g.Constant("sin_cache", _sin);
        string x = g.Node("Gather", [g.Constant("embed", _embedding), "input_ids"]), normal = Norm(g, x, _layers[0].Norm1, "norm.0");
        for (int i = 0; i < Layers; i++)
        {
            string attended = g.MatMul(Attention(g, normal, i), _layers[i].Output, $"o.{i}");
            normal = SkipNorm(g, x, attended, _layers[i].Norm2, $"inner.{i}", out x);
            string down = g.MatMul(FeedForward(g, normal, i), _layers[i].Down, $"down.{i}");
            normal = SkipNorm(g, x, down, i + 1 < Layers ? _layers[i + 1].Norm1 : _norm, $"norm.{i + 1}", out x);
        }

        string head = _family.Tied ? g.Node("Transpose", ["embed"], null, ("perm", new[] { 1, 0 })) : g.Constant("head", _head);
        g.Node("MatMul", [normal, head], "logits");
        g.Output("logits", TensorElementType.Float, "batch_size", "sequence_length", Vocabulary);
        return g.ToModel();
    }

    string Attention(OnnxGraph g, string normal, int i)
    {
        Layer w = _layers[i];
        string[] inputs;
        if (_family.Packed)
        {
            Matrix packed = Matrix.Of(Width, w.Query.Columns + (2 * w.Key.Columns), (r, c) =>
                c < w.Query.Columns ? w.Query[r, c] : c < w.Query.Columns + w.Key.Columns ? w.Key[r, c - w.Query.Columns] : w.Value[r, c - w.Query.Columns - w.Key.Columns]);
            inputs = [g.MatMul(normal, packed, $"qkv.{i}"), "", ""];
        }
        else
        {
            string q = Project(g, normal, w.Query, w.QueryBias, $"q.{i}"), k = Project(g, normal, w.Key, w.KeyBias, $"k.{i}");
            inputs = [HeadNorm(g, q, w.QueryNorm, $"qn.{i}"), HeadNorm(g, k, w.KeyNorm, $"kn.{i}"), Project(g, normal, w.Value, w.ValueBias, $"v.{i}")];
        }

        foreach (string part in new[] { "key", "value" })
        {
            g.Input($"past_key_values.{i}.{part}", TensorElementType.Float, "batch_size", _family.KeyValueHeads, "past_sequence_length", _family.HeadSize);
            g.Output($"present.{i}.{part}", TensorElementType.Float, "batch_size", _family.KeyValueHeads, "total_sequence_length", _family.HeadSize);
        }

        string attended = $"attended.{i}";
        g.Nodes(
            "com.microsoft:GroupQueryAttention",
            [.. inputs, $"past_key_values.{i}.key", $"past_key_values.{i}.value", "seqlens_k", "total_seq_len", "cos_cache", "sin_cache"],
            [attended, $"present.{i}.key", $"present.{i}.value"], ("num_heads", _family.Heads), ("kv_num_heads", _family.KeyValueHeads), ("do_rotary", 1),
            ("rotary_interleaved", 0), ("local_window_size", -1), ("scale", (float)(1 / Math.Sqrt(_family.HeadSize))));
        return attended;
    }

    string Project(OnnxGraph g, string x, Matrix weights, Matrix bias, string name)
    {
        string product = g.MatMul(x, weights, name);
        return _family.Biases ? g.Node("Add", [product, g.Constant(name + ".bias", bias.Values, bias.Columns)]) : product;
    }

    string HeadNorm(OnnxGraph g, string x, float[] weights, string name)
    {
        if (!_family.NormalizesHeads)
        {
            return x;
        }

        string heads = g.Node("Reshape", [x, g.Shape(0, -1, _family.HeadSize)]);
        string shape = g.Node("Shape", [x]);
        return g.Node("Reshape", [Norm(g, heads, weights, name), shape]);
    }

    string FeedForward(OnnxGraph g, string x, int i)
    {
        string gate = g.MatMul(x, _layers[i].Gate, $"gate.{i}"), up = g.MatMul(x, _layers[i].Up, $"up.{i}");
        return g.Node("Mul", [g.Node("Mul", [gate, g.Node("Sigmoid", [gate])]), up]);
    }

    static string Norm(OnnxGraph g, string x, float[] weights, string name) => g.Node(
        "SimplifiedLayerNormalization", [x, g.Constant(name, weights, weights.Length)], null, ("axis", -1), ("epsilon", Epsilon), ("stash_type", 1));

    static string SkipNorm(OnnxGraph g, string x, string added, float[] weights, string name, out string sum)
    {
        sum = name + ".sum";
        g.Nodes("com.microsoft:SkipSimplifiedLayerNormalization", [x, added, g.Constant(name, weights, weights.Length)], [name + ".out", "", "", sum], ("epsilon", Epsilon));
        return name + ".out";
    }

    string Config(int stop) => JsonSerializer.Serialize(new
    {
        model = new
        {
            bos_token_id = stop - 1,
            context_length = _family.ContextLength,
            decoder = new
            {
                session_options = new { log_id = "onnxruntime-genai", provider_options = Array.Empty<object>() },
                filename = "model.onnx",
                head_size = _family.HeadSize,
                hidden_size = Width,
                inputs = new { input_ids = "input_ids", attention_mask = "attention_mask", past_key_names = "past_key_values.%d.key", past_value_names = "past_key_values.%d.value" },
                outputs = new { logits = "logits", present_key_names = "present.%d.key", present_value_names = "present.%d.value" },
                num_attention_heads = _family.Heads,
                num_hidden_layers = Layers,
                num_key_value_heads = _family.KeyValueHeads,
            },
            eos_token_id = new[] { stop },
            pad_token_id = stop,
            type = _family.Type,
            vocab_size = Vocabulary,
        },
        search = new
        {
            do_sample = false, early_stopping = true, max_length = _family.ContextLength, num_beams = 1, past_present_share_buffer = _family.SharesBuffer,
            repetition_penalty = 1.0, temperature = 1.0, top_k = 1, top_p = 1.0,
        },
    });

    float[] Weights(int width) => [.. Enumerable.Range(0, width).Select(_ => 0.8f + (0.4f * _random.NextSingle()))];

    sealed record Layer(
        float[] Norm1, Matrix Query, Matrix Key, Matrix Value, Matrix QueryBias, Matrix KeyBias, Matrix ValueBias, float[] QueryNorm, float[] KeyNorm,
        Matrix Output, float[] Norm2, Matrix Gate, Matrix Up, Matrix Down);
}
