using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>
/// A tiny encoder and decoder with random weights, in the layouts that Optimum exports, and the same in plain C# without a cache. Derived
/// classes are the encoders.
/// </summary>
abstract class EncoderDecoderModel : IDisposable
{
    protected const int Width = 16;
    const int Layers = 2, Heads = 2, HeadSize = Width / Heads, Positions = 64;
    static readonly string[] Parts = ["decoder.key", "decoder.value", "encoder.key", "encoder.value"];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");
    readonly Matrix _embedding, _positions, _head;
    readonly Layer[] _layers;
    readonly int _vocabulary;

    protected EncoderDecoderModel(int vocabulary, int seed)
    {
        Random = new Random(seed);
        _vocabulary = vocabulary;
        _embedding = Matrix.Random(Random, vocabulary, Width, 6);
        _positions = Matrix.Random(Random, Positions, Width, 6);
        _head = Matrix.Random(Random, Width, vocabulary, 2);
        _layers = [.. Enumerable.Range(0, Layers).Select(_ => new Layer(Weights(), Weights(), Weights(), Weights(), Weights(), Weights(), Weights(), Weights()))];
    }

    public string Path => _folder.FullName;

    protected Random Random { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    public void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);

    public void Write(string file, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Writes the encoder and the decoder: merged, in the subfolder onnx, or as two files.</summary>
    public void WriteGraphs(bool merged)
    {
        Write(merged ? "onnx/encoder_model.onnx" : "encoder_model.onnx", Encoder());
        if (merged)
        {
            Write("onnx/decoder_model_merged.onnx", Merged());
            return;
        }

        var first = new OnnxGraph();
        Inputs(first, past: false);
        Decoder(first, past: false, "");
        Outputs(first, "", Parts);
        Write("decoder_model.onnx", first.ToModel());
        var next = new OnnxGraph();
        Inputs(next, past: true);
        Decoder(next, past: true, "");
        Outputs(next, "", Parts[..2]);
        Write("decoder_with_past_model.onnx", next.ToModel());
    }

    /// <summary>Returns the logits after the last of the tokens.</summary>
    public float[] Logits(Matrix hidden, IReadOnlyList<int> tokens)
    {
        Matrix x = _embedding.Rowwise(tokens).Plus(_positions.Rowwise([.. Enumerable.Range(0, tokens.Count)]));
        foreach (Layer w in _layers)
        {
            x = x.Plus(Matrix.Attention(x.Times(w.Query), x.Times(w.Key), x.Times(w.Value), HeadSize, causal: true).Times(w.Output));
            x = x.Plus(Matrix.Attention(x.Times(w.CrossQuery), hidden.Times(w.CrossKey), hidden.Times(w.CrossValue), HeadSize, causal: false).Times(w.CrossOutput));
        }

        return x.Rowwise([tokens.Count - 1]).Times(_head).Values;
    }

    /// <summary>Says the most likely tokens after a prompt.</summary>
    /// <param name="hidden">The encoder's output.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="end">The token that ends the answer.</param>
    /// <param name="most">The maximum number of tokens.</param>
    /// <param name="allowed">Whether a token may be said, given the number said before.</param>
    public List<int> Say(Matrix hidden, int[] prompt, int end, int most, Func<int, int, bool> allowed)
    {
        List<int> all = [.. prompt];
        while (all.Count < prompt.Length + most)
        {
            float[] logits = Logits(hidden, all);
            int best = Enumerable.Range(0, _vocabulary).Where(t => allowed(t, all.Count - prompt.Length)).MaxBy(t => logits[t]);
            if (best == end)
            {
                break;
            }

            all.Add(best);
        }

        return all[prompt.Length..];
    }

    protected abstract byte[] Encoder();

    protected static void Hidden(OnnxGraph g) => g.Output("last_hidden_state", TensorElementType.Float, "batch_size", "encoder_sequence_length", Width);

    Matrix Weights() => Matrix.Random(Random, Width, Width, 1.5);

    byte[] Merged()
    {
        var g = new OnnxGraph();
        g.Input("encoder_hidden_states", TensorElementType.Float, "batch_size", "encoder_sequence_length", Width);
        Inputs(g, past: true);
        g.Input("use_cache_branch", TensorElementType.Bool, 1);
        OnnxGraph next = new(), first = new();
        Decoder(next, past: true, "then.");
        Outputs(next, "then.", Parts);
        Decoder(first, past: false, "else.");
        Outputs(first, "else.", Parts);
        string[] outputs = ["logits", .. Enumerable.Range(0, Layers).SelectMany(i => Parts.Select(p => $"present.{i}.{p}"))];
        g.Nodes("If", ["use_cache_branch"], outputs, ("then_branch", next), ("else_branch", first));
        Outputs(g, "", Parts);
        return g.ToModel();
    }

    static void Inputs(OnnxGraph g, bool past)
    {
        g.Input("input_ids", TensorElementType.Int64, "batch_size", "decoder_sequence_length");
        if (!past)
        {
            g.Input("encoder_hidden_states", TensorElementType.Float, "batch_size", "encoder_sequence_length", Width);
            return;
        }

        foreach (string name in Enumerable.Range(0, Layers).SelectMany(i => Parts.Select(p => $"past_key_values.{i}.{p}")))
        {
            g.Input(name, TensorElementType.Float, "batch_size", Heads, name.Contains("decoder", StringComparison.Ordinal) ? "past_decoder_sequence_length" : "encoder_sequence_length_out", HeadSize);
        }
    }

    void Outputs(OnnxGraph g, string prefix, string[] parts)
    {
        g.Output(prefix + "logits", TensorElementType.Float, "batch_size", "decoder_sequence_length", _vocabulary);
        foreach (string name in Enumerable.Range(0, Layers).SelectMany(i => parts.Select(p => $"present.{i}.{p}")))
        {
            g.Output(prefix + name, TensorElementType.Float, "batch_size_out", Heads, "length_out", HeadSize);
        }
    }

    void Decoder(OnnxGraph g, bool past, string prefix)
    {
        string count = g.Node("Gather", [g.Node("Shape", ["input_ids"]), g.Scalar(1)], prefix + "count", ("axis", 0));
        string start = past ? g.Node("Gather", [g.Node("Shape", ["past_key_values.0.decoder.key"], prefix + "past_shape"), g.Scalar(2)], prefix + "start", ("axis", 0)) : g.Scalar(0);
        string places = g.Node("Range", [start, g.Node("Add", [start, count], prefix + "end"), g.Scalar(1)], prefix + "places");
        string words = g.Node("Gather", [g.Constant("embedding", _embedding), "input_ids"], prefix + "words");
        string x = g.Node("Add", [words, g.Node("Gather", [g.Constant("positions", _positions), places], prefix + "at")], prefix + "x");
        string? mask = past ? null : g.Node(
            "Where", [g.Node("Greater", [places, g.Node("Unsqueeze", [places, g.Shape(1)], prefix + "rows")], prefix + "later"), g.Constant("low", [-1e9f]), g.Constant("none", [0f])], prefix + "mask");
        for (int i = 0; i < Layers; i++)
        {
            Layer w = _layers[i];
            string p = $"{prefix}{i}.", k = Split(g, x, w.Key, p + "k"), v = Split(g, x, w.Value, p + "v");
            string key = $"{prefix}present.{i}.decoder.key", value = $"{prefix}present.{i}.decoder.value";
            g.Node(past ? "Concat" : "Identity", past ? [$"past_key_values.{i}.decoder.key", k] : [k], key, past ? [("axis", 2)] : []);
            g.Node(past ? "Concat" : "Identity", past ? [$"past_key_values.{i}.decoder.value", v] : [v], value, past ? [("axis", 2)] : []);
            x = g.Node("Add", [x, Attend(g, Split(g, x, w.Query, p + "q"), key, value, mask, w.Output, p + "self.")], p + "x");
            string heard = $"{prefix}present.{i}.encoder.key", meant = $"{prefix}present.{i}.encoder.value";
            if (past)
            {
                (heard, meant) = ($"past_key_values.{i}.encoder.key", $"past_key_values.{i}.encoder.value");
                if (prefix.Length > 0)
                {
                    // A merged decoder returns a placeholder for what does not change.
                    foreach (string part in new[] { "key", "value" })
                    {
                        g.Node("Identity", [g.Constant("placeholder", Array.Empty<float>(), 0, Heads, 1, HeadSize)], $"{prefix}present.{i}.encoder.{part}");
                    }
                }
            }
            else
            {
                g.Node("Identity", [Split(g, "encoder_hidden_states", w.CrossKey, p + "ck")], heard);
                g.Node("Identity", [Split(g, "encoder_hidden_states", w.CrossValue, p + "cv")], meant);
            }

            x = g.Node("Add", [x, Attend(g, Split(g, x, w.CrossQuery, p + "cq"), heard, meant, null, w.CrossOutput, p + "cross.")], p + "y");
        }

        g.Node("MatMul", [x, g.Constant("head", _head)], prefix + "logits");
    }

    /// <summary>Multiplies by weights and splits the result into heads: [batch, heads, length, size].</summary>
    static string Split(OnnxGraph g, string x, Matrix weights, string name)
    {
        string product = g.Node("MatMul", [x, g.Constant(name + ".w", weights)], name + ".m");
        string heads = g.Node("Reshape", [product, g.Shape(0, 0, Heads, HeadSize)], name + ".r");
        return g.Node("Transpose", [heads], name + ".t", ("perm", new[] { 0, 2, 1, 3 }));
    }

    static string Attend(OnnxGraph g, string q, string k, string v, string? mask, Matrix output, string p)
    {
        string dots = g.Node("MatMul", [q, g.Node("Transpose", [k], p + "kt", ("perm", new[] { 0, 1, 3, 2 }))], p + "dots");
        string scores = g.Node("Mul", [dots, g.Constant("scale", [(float)(1 / Math.Sqrt(HeadSize))])], p + "scores");
        scores = mask is null ? scores : g.Node("Add", [scores, mask], p + "masked");
        string mixed = g.Node("MatMul", [g.Node("Softmax", [scores], p + "weights", ("axis", -1)), v], p + "mixed");
        string rows = g.Node("Transpose", [mixed], p + "rows", ("perm", new[] { 0, 2, 1, 3 }));
        string flat = g.Node("Reshape", [rows, g.Shape(0, 0, Width)], p + "flat");
        return g.Node("MatMul", [flat, g.Constant(p + "o", output)], p + "out");
    }

    sealed record Layer(Matrix Query, Matrix Key, Matrix Value, Matrix Output, Matrix CrossQuery, Matrix CrossKey, Matrix CrossValue, Matrix CrossOutput);
}
