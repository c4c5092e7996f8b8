using System.Runtime.InteropServices;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Speech.Synthesis;

/// <summary>
/// A tiny Kokoro with random weights and two speakers, as the onnx-community publishes the model or as sherpa-onnx packs it, and the same in
/// plain C#.
/// </summary>
sealed class KokoroModel : IDisposable
{
    public const int Style = 256, MostTokens = 20, PerToken = 30;
    const int Width = 16, Vocabulary = 60;

    /// <summary>The public IDs of a few phonemes.</summary>
    public static readonly (string Symbol, int Id)[] Symbols = [("$", 0), (".", 4), (" ", 16), ("a", 43), ("b", 44), ("\u0259", 50)];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");
    readonly Matrix _embedding, _style, _sound;
    readonly float[][] _speakers;

    public KokoroModel(bool sherpa)
    {
        var random = new Random(6);
        _embedding = Matrix.Random(random, Vocabulary, Width, 6);
        _style = Matrix.Random(random, Style, Width, 2);
        _sound = Matrix.Random(random, Width, PerToken);
        _speakers = [.. Enumerable.Range(0, 2).Select(_ => Matrix.Random(random, MostTokens + 1, Style, 4).Values)];
        if (sherpa)
        {
            Write("model.onnx", Graph("tokens").ToModel(("sample_rate", "22050"), ("n_speakers", "2"), ("speaker_names", "af,bm"), ("style_dim", $"{MostTokens + 1},1,{Style}")));
            Write("tokens.txt", string.Concat(Symbols.Select(s => $"{s.Symbol} {s.Id}\n")));
            Write("voices.bin", [.. Bytes(0), .. Bytes(1)]);
            return;
        }

        Write("onnx/model.onnx", Graph("input_ids").ToModel());
        Write("tokenizer.json", $$"""{"version":"1.0","model":{"vocab":{ {{string.Join(',', Symbols.Select(s => $"\"{s.Symbol}\":{s.Id}"))}} } } }""");
        Write("voices/bm.bin", Bytes(1));
        Write("voices/af.bin", Bytes(0));
    }

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    public void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string file, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Returns the sound of the tokens of phonemes.</summary>
    public float[] Sound(int speaker, float speed, params int[] tokens)
    {
        var style = Matrix.Of(1, Style, (_, c) => _speakers[speaker][(tokens.Length * Style) + c]);
        return _embedding.Rowwise([0, .. tokens, 0]).Plus(style.Times(_style)).Map(Math.Tanh).Times(_sound).Map(s => s / speed).Values;
    }

    byte[] Bytes(int speaker) => MemoryMarshal.AsBytes<float>(_speakers[speaker]).ToArray();

    OnnxGraph Graph(string ids)
    {
        var g = new OnnxGraph();
        g.Input(ids, TensorElementType.Int64, "batch_size", "input_ids_length").Input("style", TensorElementType.Float, "batch_size", Style).Input("speed", TensorElementType.Float, 1);
        string said = g.Node("Add", [g.Node("Gather", [g.Constant("embedding", _embedding), ids]), g.MatMul("style", _style, "style.w")]);
        string sound = g.MatMul(g.Node("Tanh", [said]), _sound, "sound");
        g.Node("Div", [g.Node("Reshape", [sound, g.Shape(1, -1)]), "speed"], "waveform");
        return g.Output("waveform", TensorElementType.Float, "batch_size", "num_samples");
    }

    /// <summary>Takes texts for phonemes.</summary>
    public sealed class Phonemes : IPhonemizer
    {
        public string Phonemize(string text) => text;
    }
}
