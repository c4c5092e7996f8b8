using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Reads a <c>recognizer.json</c>. The limits bound the memory and the time of a stream.</summary>
internal static class RecognizerSettingsReader
{
    private const int MostLabels = 8192, MostHypotheses = 1 << 20, MostFrames = 3000, MostStride = 100;

    public static RecognizerSettings Read(JsonCursor root)
    {
        root.RejectOthers(
            "labels", "blank", "sample_rate", "features", "stride", "receptive_frames", "state_shape", "beam",
            "description", "language", "license", "trained_on");
        RecognizerSettings settings = new() { Labels = ReadLabels(root) };
        settings = settings with
        {
            Features = new KaldiFbankOptions { SampleRate = root.Integer("sample_rate", 16_000, 1000, 192_000) },
            Stride = root.Integer("stride", settings.Stride, 1, MostStride),
            ReceptiveFrames = root.Integer("receptive_frames", settings.ReceptiveFrames, 1, MostFrames),
        };
        settings = root.Optional("features") is { } features ? ReadFeatures(settings, features) : settings;
        settings = root.Optional("beam") is { } beam ? ReadBeam(settings, beam) : settings;
        if (root.Optional("state_shape") is { } shape)
        {
            settings = settings with { StateShape = [.. shape.Items(8).Select(size => size.Integer(1, int.MaxValue))] };
        }

        return Checked(root, settings);
    }

    private static CtcLabels ReadLabels(JsonCursor root)
    {
        JsonCursor labels = root.Field("labels");
        string[] symbols = labels.IsText
            ? [.. labels.Text(MostLabels).Select(c => c.ToString())]
            : [.. labels.Items(MostLabels).Select(label => label.Text())];
        if (symbols.Length == 0 || symbols.Any(symbol => symbol.Any(char.IsSurrogate)))
        {
            throw labels.Wrong("has no label, or a label beyond U+FFFF; every label except the blank must be a single character up to U+FFFF.");
        }

        int blank = root.Integer("blank", 0, 0, symbols.Length - 1);
        try
        {
            return new CtcLabels(symbols, blank);
        }
        catch (ArgumentException error)
        {
            throw labels.Wrong($"is invalid: {error.Message}", error);
        }
    }

    private static RecognizerSettings ReadFeatures(RecognizerSettings settings, JsonCursor features)
    {
        features.RejectOthers(
            "type", "mels", "frame_length_ms", "frame_shift_ms", "low_freq", "high_freq", "preemphasis", "window", "remove_dc_offset",
            "snip_edges", "dither", "left_context", "left_context_value");
        RequireText(features, "type", "kaldi-fbank");
        RequireText(features, "window", "povey");
        RequireFlag(features, "remove_dc_offset", true);
        RequireFlag(features, "snip_edges", false);
        features.Number("dither", 0, 0, 0);
        KaldiFbankOptions front = settings.Features;
        return settings with
        {
            Features = front with
            {
                MelFilters = features.Integer("mels", front.MelFilters, 1, 512),
                FrameLengthMilliseconds = features.Number("frame_length_ms", front.FrameLengthMilliseconds, 1, 200),
                FrameShiftMilliseconds = features.Number("frame_shift_ms", front.FrameShiftMilliseconds, 1, 200),
                LowFrequency = features.Number("low_freq", front.LowFrequency, 0, 96_000),
                HighFrequency = features.Number("high_freq", front.HighFrequency, -96_000, 96_000),
                Preemphasis = (float)features.Number("preemphasis", front.Preemphasis, 0, 1),
            },
            LeftContext = features.Integer("left_context", settings.LeftContext, 0, MostFrames),
            LeftContextValue = (float)features.Number("left_context_value", settings.LeftContextValue, -1000, 1000),
        };
    }

    private static RecognizerSettings ReadBeam(RecognizerSettings settings, JsonCursor beam)
    {
        beam.RejectOthers("alpha", "beta", "width", "cutoff", "bigram_weight", "unigram_weight", "uniform_weight");
        CtcBeamOptions options = settings.Beam;
        int width = beam.Integer("width", options.Width, 1, 4096);
        if (width * (settings.Labels.Count + 2) > MostHypotheses)
        {
            throw beam.Field("width").Wrong(FormattableString.Invariant(
                $"is {width}, which is too large for {settings.Labels.Count} labels: their product can be at most {MostHypotheses:N0}."));
        }

        return settings with
        {
            Beam = options with
            {
                Alpha = beam.Number("alpha", options.Alpha, 0, 1000),
                Beta = beam.Number("beta", options.Beta, -1000, 1000),
                Width = width,
                Cutoff = beam.Number("cutoff", options.Cutoff, -1000, 0),
            },

            // Without the uniform part, an unseen word would have no probability, and all hypotheses could be impossible.
            Weights = new BigramWeights(
                beam.Number("bigram_weight", settings.Weights.Bigram, 0, 1), beam.Number("unigram_weight", settings.Weights.Unigram, 0, 1),
                beam.Number("uniform_weight", settings.Weights.Uniform, 1e-9, 1)),
        };
    }

    private static RecognizerSettings Checked(JsonCursor root, RecognizerSettings settings)
    {
        if (settings.ReceptiveFrames < settings.Stride || settings.ReceptiveFrames <= settings.LeftContext)
        {
            throw root.Wrong($"has a left context of {settings.LeftContext}, a stride of {settings.Stride} and {settings.ReceptiveFrames} receptive frames, which do not match.");
        }

        // The shortest transform has 4 points.
        if (settings.Features.FrameLength < 4)
        {
            throw root.Wrong($"has frames of {settings.Features.FrameLength} samples (features.frame_length_ms, sample_rate); at least 4 are required.");
        }

        try
        {
            settings.Features.Validate();
            settings.Beam.Validate();
            return settings;
        }
        catch (ArgumentException error)
        {
            throw root.Wrong($"has invalid features: {error.Message}", error);
        }
    }

    private static void RequireText(JsonCursor features, string name, string required)
    {
        if (features.Text(name, required) is var value && value != required)
        {
            throw features.Field(name).Wrong($"is {ModelFile.Quote(value)}; only '{required}' is supported.");
        }
    }

    private static void RequireFlag(JsonCursor features, string name, bool required)
    {
        if (features.Flag(name, required) != required)
        {
            throw features.Field(name).Wrong($"is {(required ? "false" : "true")}; only {(required ? "true" : "false")} is supported.");
        }
    }
}
