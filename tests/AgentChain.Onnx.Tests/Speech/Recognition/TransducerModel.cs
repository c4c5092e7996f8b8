using System.Globalization;
using AgentChain.Onnx.Speech.Features;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>
/// A tiny streaming transducer with random weights in the layout of sherpa-onnx, with the kinds of states that a Zipformer has: floats with
/// the batch first or second, and the number of frames processed. And the same in plain C#, over the whole utterance.
/// </summary>
sealed class TransducerModel : IDisposable
{
    public const int Frames = 13, Shift = 8;
    const int Mels = 80, Width = 12, Context = 2, PerRun = 2, Pool = Shift / PerRun;

    public static readonly string[] Pieces = ["<blk>", "<sos/eos>", "<unk>", "\u2581a", "\u2581be", "c", "d", "\u2581", "<0xC3>", "<0xA9>"];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");
    readonly Matrix _features, _embedding, _decoder, _joiner, _bias;

    public TransducerModel(bool metadata = true, int tokens = 10, bool newLengths = true)
    {
        var random = new Random(5);
        _features = Matrix.Random(random, Mels, Width, 3);
        _embedding = Matrix.Random(random, Pieces.Length, Width, 6);
        _decoder = Matrix.Random(random, Context * Width, Width, 2);
        _joiner = Matrix.Random(random, Width, Pieces.Length, 4);
        _bias = Matrix.Of(1, Pieces.Length, (_, t) => t == 0 ? 1.5 : 0);
        File.WriteAllBytes(FileOf("encoder-epoch-99-avg-1.onnx"), Encoder(newLengths).ToModel(metadata ? [("T", Number(Frames)), ("decode_chunk_len", Number(Shift)), ("model_type", "zipformer2")] : []));
        File.WriteAllBytes(FileOf("decoder-epoch-99-avg-1.onnx"), Decoder().ToModel(("context_size", Number(Context)), ("vocab_size", Number(Pieces.Length))));
        File.WriteAllBytes(FileOf("joiner-epoch-99-avg-1.onnx"), Joiner().ToModel(("joiner_dim", Number(Width))));
        File.WriteAllLines(FileOf("tokens.txt"), Pieces.Take(tokens).Select((p, i) => $"{p} {i}"));
    }

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Returns the tokens of an utterance.</summary>
    /// <param name="samples">The samples at 16 kHz.</param>
    /// <param name="mostPerOutput">The maximum number of tokens per output of the encoder.</param>
    public List<int> Say(float[] samples, int mostPerOutput)
    {
        float[] flat = KaldiFbank.Compute([.. samples, .. new float[4800]]);
        int count = flat.Length / Mels, runs = Math.Max(1, (int)Math.Ceiling((count - (Frames - Shift)) / (double)Shift));
        Matrix frames = Matrix.Of((runs * Shift) + Frames, Mels, (r, c) => r < count ? flat[(r * Mels) + c] : KaldiFbank.Floor);
        double[] memory = new double[Width], last = new double[Width];
        List<int> said = [];
        for (int run = 0; run < runs; run++)
        {
            Matrix pooled = Matrix.Of(PerRun, Mels, (r, c) => Enumerable.Range(0, Pool).Average(i => (double)frames[(run * Shift) + (r * Pool) + i, c])).Times(_features);
            var outputs = Matrix.Of(PerRun, Width, (r, c) => Math.Tanh(pooled[r, c] - last[c] + memory[c] + (0.001 * run * Shift)));
            for (int row = 0; row < PerRun; row++)
            {
                Search(outputs.Rowwise([row]), said, mostPerOutput);
            }

            memory = [.. memory.Select((m, c) => (0.5 * m) + Enumerable.Range(0, PerRun).Average(r => (double)outputs[r, c]))];
            last = [.. last.Select((_, c) => (double)pooled[PerRun - 1, c])];
        }

        return said;
    }

    /// <summary>Spells tokens.</summary>
    public static string Text(IEnumerable<int> tokens) => string.Concat(tokens.Select(t => Pieces[t] switch
    {
        "<0xC3>" or "<0xA9>" => $"[{t}]",
        ['<', ..] => "",
        string piece => piece.Replace('\u2581', ' '),
    })).Replace("[8][9]", "\u00e9", StringComparison.Ordinal).Replace("[8]", "\ufffd", StringComparison.Ordinal).Replace("[9]", "\ufffd", StringComparison.Ordinal).Trim();

    void Search(Matrix encoded, List<int> said, int most)
    {
        for (int i = 0; i < most; i++)
        {
            int[] context = [.. Enumerable.Repeat(0, Context).Concat(said).TakeLast(Context)];
            var seen = Matrix.Of(1, Context * Width, (_, c) => _embedding[context[c / Width], c % Width]);
            int best = encoded.Plus(seen.Times(_decoder).Map(Math.Tanh)).Map(Math.Tanh).Times(_joiner).Plus(_bias).ArgMax(0);
            if (best == 0)
            {
                return;
            }

            said.Add(best);
        }
    }

    string FileOf(string name) => System.IO.Path.Combine(Path, name);

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    OnnxGraph Encoder(bool newLengths)
    {
        var g = new OnnxGraph();
        g.Input("x", TensorElementType.Float, "N", Frames, Mels).Input("cached_key_0", TensorElementType.Float, 1, "N", Width)
            .Input("embed_states", TensorElementType.Float, "N", 1, Width).Input("processed_lens", TensorElementType.Int64, "N");
        g.Output("encoder_out", TensorElementType.Float, "N", PerRun, Width).Output("new_cached_key_0", TensorElementType.Float, 1, "N", Width).Output("new_embed_states", TensorElementType.Float, "N", 1, Width);
        string turned = g.Node("Transpose", [g.Node("Slice", ["x", g.Shape(0), g.Shape(Shift), g.Shape(1)])], null, ("perm", new[] { 0, 2, 1 }));
        string means = g.Node("AveragePool", [turned], null, ("kernel_shape", new[] { Pool }), ("strides", new[] { Pool }));
        string pooled = g.MatMul(g.Node("Transpose", [means], null, ("perm", new[] { 0, 2, 1 })), _features, "features");
        string past = g.Node("Transpose", ["cached_key_0"], null, ("perm", new[] { 1, 0, 2 }));
        string length = g.Node("Mul", [g.Node("Cast", [g.Node("Unsqueeze", ["processed_lens", g.Shape(1, 2)])], null, ("to", (int)TensorElementType.Float)), g.Constant("share", [0.001f])]);
        string sum = g.Node("Add", [g.Node("Add", [g.Node("Sub", [pooled, "embed_states"]), past]), length]);
        g.Node("Tanh", [sum], "encoder_out");
        string mean = g.Node("ReduceMean", ["encoder_out"], null, ("axes", new[] { 1 }), ("keepdims", 1));
        string kept = g.Node("Add", [g.Node("Mul", [past, g.Constant("half", [0.5f])]), mean]);
        g.Node("Transpose", [kept], "new_cached_key_0", ("perm", new[] { 1, 0, 2 }));
        g.Node("Slice", [pooled, g.Shape(PerRun - 1), g.Shape(PerRun), g.Shape(1)], "new_embed_states");
        if (newLengths)
        {
            g.Node("Add", ["processed_lens", g.Shape(Shift)], "new_processed_lens");
            g.Output("new_processed_lens", TensorElementType.Int64, "N");
        }

        return g;
    }

    OnnxGraph Decoder()
    {
        var g = new OnnxGraph();
        g.Input("y", TensorElementType.Int64, "N", Context).Output("decoder_out", TensorElementType.Float, "N", Width);
        string words = g.Node("Reshape", [g.Node("Gather", [g.Constant("embedding", _embedding), "y"]), g.Shape(-1, Context * Width)]);
        g.Node("Tanh", [g.MatMul(words, _decoder, "decoder")], "decoder_out");
        return g;
    }

    OnnxGraph Joiner()
    {
        var g = new OnnxGraph();
        g.Input("encoder_out", TensorElementType.Float, "N", Width).Input("decoder_out", TensorElementType.Float, "N", Width).Output("logit", TensorElementType.Float, "N", Pieces.Length);
        string joined = g.MatMul(g.Node("Tanh", [g.Node("Add", ["encoder_out", "decoder_out"])]), _joiner, "joiner");
        g.Node("Add", [joined, g.Constant("bias", _bias)], "logit");
        return g;
    }
}
