using System.Globalization;
using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>The encoder, decoder and joiner of a streaming transducer in the layout of sherpa-onnx, validated against each other.</summary>
/// <remarks>
/// The encoder takes <c>x</c> float[N, T, mels] and a number of states, and returns <c>encoder_out</c> float[N, T', width] and the new
/// states under the states' names with <c>new_</c> before them. Its metadata has T and the number of frames from one run to the next,
/// <c>decode_chunk_len</c>. The decoder takes the last tokens <c>y</c> int64[N, context_size] and returns <c>decoder_out</c>; the joiner
/// takes both outputs and returns <c>logit</c> float[N, tokens].
/// </remarks>
internal sealed class TransducerGraphs : IDisposable
{
    public const string Features = "x", EncoderOut = "encoder_out", Tokens = "y", DecoderOut = "decoder_out", Logit = "logit", New = "new_";
    private const int DefaultMels = 80;

    private TransducerGraphs(OnnxSession encoder, OnnxSession decoder, OnnxSession joiner, int tokens)
    {
        (Encoder, Decoder, Joiner) = (encoder, decoder, joiner);
        TensorDescription features = encoder.Input(Features), logit = joiner.Output(Logit), context = decoder.Input(Tokens);
        encoder.Output(EncoderOut);
        decoder.Output(DecoderOut);
        joiner.Input(EncoderOut);
        joiner.Input(DecoderOut);
        if (encoder.Metadata.GetValueOrDefault("feature") is { Length: > 0 } feature && feature != "fbank")
        {
            throw new OnnxModelException($"'{encoder.Name}' takes features of type '{feature}'; only Kaldi's filter banks (fbank) are supported.");
        }

        (Frames, Shift) = (Number(encoder, "T"), Number(encoder, "decode_chunk_len"));
        ContextSize = context.Shape.Length == 2 && context.Shape[1] > 0 ? (int)context.Shape[1] : Number(decoder, "context_size");
        Mels = features.Shape.Length == 3 && features.Shape[2] > 0 ? (int)features.Shape[2] : DefaultMels;
        Vocabulary = logit.Shape.Length > 0 && logit.Shape[^1] > 0 ? (int)logit.Shape[^1] : Number(decoder, "vocab_size");
        if (Shift > Frames)
        {
            throw new OnnxModelException($"'{encoder.Name}' states T = {Frames} and decode_chunk_len = {Shift}; a run cannot take fewer frames than it moves on.");
        }

        if (Vocabulary != tokens)
        {
            throw new OnnxModelException($"'{joiner.Name}' has {Vocabulary} tokens, but tokens.txt has {tokens}; the files do not belong together.");
        }

        States = [.. encoder.Inputs.Values.Where(i => i.Name != Features).OrderBy(i => i.Name, StringComparer.Ordinal)];
        States.ForEach(CheckState);
    }

    public OnnxSession Encoder { get; }

    public OnnxSession Decoder { get; }

    public OnnxSession Joiner { get; }

    /// <summary>The number of frames that a run takes.</summary>
    public int Frames { get; }

    /// <summary>The number of frames from one run to the next.</summary>
    public int Shift { get; }

    public int Mels { get; }

    /// <summary>The number of tokens that the decoder looks back on.</summary>
    public int ContextSize { get; }

    public int Vocabulary { get; }

    public List<TensorDescription> States { get; }

    public int LiveBindings => Encoder.LiveBindings + Decoder.LiveBindings + Joiner.LiveBindings;

    /// <summary>Loads the graphs of a folder.</summary>
    public static TransducerGraphs Load(OnnxRuntimeHost host, string folder, int tokens, DeviceRequest device, OnnxSessionOptions options)
    {
        string[] paths = [Find(folder, "encoder"), Find(folder, "decoder"), Find(folder, "joiner")];
        var loaded = new List<OnnxSession>();
        try
        {
            loaded.AddRange(paths.Select(p => host.Load(p, device, options)));
            return new TransducerGraphs(loaded[0], loaded[1], loaded[2], tokens);
        }
        catch
        {
            loaded.ForEach(s => s.Dispose());
            throw;
        }
    }

    /// <summary>Returns the shape of a state with a batch of one.</summary>
    public static long[] StateShape(TensorDescription state) => [.. state.Shape.Select(d => d < 0 ? 1 : d)];

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        Joiner.Dispose();
    }

    /// <summary>Finds the graph of a part: <c>encoder.onnx</c>, or one file such as <c>encoder-epoch-99-avg-1.onnx</c>.</summary>
    private static string Find(string folder, string part)
    {
        string plain = Path.Combine(folder, part + ".onnx");
        string[] found = new ModelFile(plain).Exists()
            ? [plain]
            : [.. Directory.GetFiles(folder, part + "-*.onnx").Order(StringComparer.Ordinal)];

        // Releases have each graph with 8-bit weights beside the full one.
        string[] full = [.. found.Where(f => !f.EndsWith(".int8.onnx", StringComparison.Ordinal))];
        found = full.Length > 0 ? full : found;
        return found.Length == 1
            ? found[0]
            : throw new OnnxModelException($"'{folder}' has {(found.Length == 0 ? "no" : "several")} files {part}.onnx or {part}-*.onnx; a transducer needs one encoder, one decoder and one joiner. It {FolderContent.Describe(folder)}.") { File = folder };
    }

    private static int Number(OnnxSession session, string name) =>
        session.Metadata.TryGetValue(name, out string? written)
            && int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new OnnxModelException($"'{session.Name}' does not state '{name}' in its metadata (it has {string.Join(", ", session.Metadata.Keys.Order(StringComparer.Ordinal))}). Export it for sherpa-onnx.");

    private void CheckState(TensorDescription state)
    {
        Encoder.Output(New + state.Name);
        if (state.ElementType is not (TensorElementType.Float or TensorElementType.Int64) || state.Shape.Count(d => d < 0) > 1)
        {
            throw new OnnxModelException($"'{Encoder.Name}' has the state '{state}'; floats or 64-bit integers with fixed dimensions are required, except for the batch.");
        }
    }
}
