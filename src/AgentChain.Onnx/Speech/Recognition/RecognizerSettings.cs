using System.Text.Json;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents the contents of a recognizer's <c>recognizer.json</c>. Immutable.</summary>
public sealed record RecognizerSettings
{
    /// <summary>Gets the labels of the model's outputs.</summary>
    public required CtcLabels Labels { get; init; }

    /// <summary>Gets the settings of the front end; the default is 80 Kaldi filters at 16 kHz.</summary>
    public KaldiFbankOptions Features { get; init; } = new();

    /// <summary>Gets the number of padding frames before the first one; default 8.</summary>
    public int LeftContext { get; init; } = 8;

    /// <summary>Gets the value of every filter in those frames; default -15.9.</summary>
    public float LeftContextValue { get; init; } = -15.9f;

    /// <summary>Gets the number of frames from one output to the next; default 3.</summary>
    public int Stride { get; init; } = 3;

    /// <summary>Gets the number of frames that one output depends on; default 11: output t needs frames 3t to 3t + 10.</summary>
    public int ReceptiveFrames { get; init; } = 11;

    /// <summary>Gets the settings of the beam.</summary>
    public CtcBeamOptions Beam { get; init; } = new();

    /// <summary>Gets the weights of the language model's n-gram orders.</summary>
    public BigramWeights Weights { get; init; } = BigramWeights.Default;

    /// <summary>Reads a settings file.</summary>
    /// <param name="path">The path of a <c>recognizer.json</c>.</param>
    /// <exception cref="OnnxModelException">The file is missing, is not JSON, or has an invalid value; the message names it.</exception>
    public static RecognizerSettings Read(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(json.RootElement).Checked(name);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new OnnxModelException($"'{name}' is not a settings file of a recognizer: {error.Message}", error);
        }
    }

    private static RecognizerSettings Read(JsonElement root)
    {
        JsonElement features = root.TryGetProperty("features", out JsonElement f) ? f : default, beam = root.TryGetProperty("beam", out JsonElement b) ? b : default;
        JsonElement labels = root.GetProperty("labels");
        string kind = features.ValueKind == JsonValueKind.Object && features.TryGetProperty("type", out JsonElement type) ? type.GetString() ?? "" : "kaldi-fbank";
        if (kind != "kaldi-fbank")
        {
            throw new FormatException($"its features are of type '{kind}'; only 'kaldi-fbank' is supported.");
        }

        IEnumerable<string> symbols = labels.ValueKind == JsonValueKind.String
            ? labels.GetString()!.Select(c => c.ToString())
            : labels.EnumerateArray().Select(label => label.GetString() ?? "");
        return new RecognizerSettings
        {
            Labels = new CtcLabels(symbols, (int)Number(root, "blank", 0)),
            Features = new KaldiFbankOptions
            {
                SampleRate = (int)Number(root, "sample_rate", 16_000),
                MelFilters = (int)Number(features, "mels", 80),
                FrameLengthMilliseconds = Number(features, "frame_length_ms", 25),
                FrameShiftMilliseconds = Number(features, "frame_shift_ms", 10),
                LowFrequency = Number(features, "low_freq", 20),
                HighFrequency = Number(features, "high_freq", -400),
                Preemphasis = (float)Number(features, "preemphasis", 0.97),
            },
            LeftContext = (int)Number(features, "left_context", 8),
            LeftContextValue = (float)Number(features, "left_context_value", -15.9),
            Stride = (int)Number(root, "stride", 3),
            ReceptiveFrames = (int)Number(root, "receptive_frames", 11),
            Beam = new CtcBeamOptions
            {
                Alpha = Number(beam, "alpha", 0.6),
                Beta = Number(beam, "beta", 1),
                Width = (int)Number(beam, "width", 24),
                Cutoff = Number(beam, "cutoff", -9),
            },
            Weights = new BigramWeights(Number(beam, "bigram_weight", 0.8), Number(beam, "unigram_weight", 0.15), Number(beam, "uniform_weight", 0.05)),
        };
    }

    private static double Number(JsonElement parent, string name, double otherwise) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    private RecognizerSettings Checked(string name)
    {
        Features.Validate();
        Beam.Validate();
        return LeftContext >= 0 && Stride >= 1 && ReceptiveFrames >= Stride && ReceptiveFrames > LeftContext
            ? this
            : throw new OnnxModelException($"'{name}' has a left context of {LeftContext}, a stride of {Stride} and {ReceptiveFrames} receptive frames, which do not match.");
    }
}
