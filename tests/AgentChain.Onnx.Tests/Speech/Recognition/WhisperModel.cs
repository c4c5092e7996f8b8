using AgentChain.Onnx.Speech.Features;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>A tiny Whisper: the mean of each second's features, then a layer.</summary>
sealed class WhisperModel : EncoderDecoderModel
{
    const int Second = 100;

    public const int End = TinyTokens.Letters, Start = End + 1, English = End + 2, German = End + 3, Translate = End + 4, Transcribe = End + 5, Previous = End + 6, NoTimestamps = End + 7;
    public const int Vocabulary = NoTimestamps + 3, Never = 4, NotFirst = 26;

    static readonly string[] Controls =
        ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>", "<|transcribe|>", "<|startofprev|>", "<|notimestamps|>", "<|0.00|>", "<|0.02|>"];

    readonly int _mels;
    readonly Matrix _weights;

    public WhisperModel(int mels = 80, bool merged = true, bool multilingual = true, bool bare = false)
        : base(Vocabulary, 3)
    {
        _mels = mels;
        _weights = Matrix.Random(Random, mels, Width, 8);
        WriteGraphs(merged);
        Write("tokenizer.json", TinyTokens.Json(Controls));
        Write("config.json", $$"""{"model_type":"whisper","num_mel_bins":{{mels}},"max_target_positions":48,"decoder_start_token_id":{{Start}},"eos_token_id":{{End}},"vocab_size":{{(multilingual ? 51865 : 51864)}}}""");
        if (!bare)
        {
            string languages = multilingual ? $$"""
                "is_multilingual":true,"lang_to_id":{"<|en|>":{{English}},"<|de|>":{{German}}},"task_to_id":{"transcribe":{{Transcribe}},"translate":{{Translate}}},
                """ : "\"is_multilingual\":false,";
            Write("generation_config.json", $$"""
                { {{languages}} "decoder_start_token_id":{{Start}},"eos_token_id":{{End}},"no_timestamps_token_id":{{NoTimestamps}},"prev_sot_token_id":{{Previous}},
                 "suppress_tokens":[{{Never}}],"begin_suppress_tokens":[{{NotFirst}},{{End}}],"max_length":48}
                """);
        }
    }

    /// <summary>Returns the encoder's output for up to 30 s of samples.</summary>
    public Matrix Hear(ReadOnlySpan<float> samples)
    {
        float[] features = new float[_mels * WhisperMel.Frames];
        new WhisperMel(_mels).Compute(samples, features);
        Matrix means = Matrix.Of(WhisperMel.Frames / Second, _mels, (second, mel) =>
            Enumerable.Range(0, Second).Average(i => (double)features[(mel * WhisperMel.Frames) + (second * Second) + i]));
        return means.Times(_weights).Map(Math.Tanh);
    }

    /// <summary>Says what the recognizer should, with a prompt of control tokens.</summary>
    public List<int> Say(Matrix hidden, int[] prompt, int most = 224, bool suppresses = true) => Say(
        hidden, prompt, End, Math.Min(most, 48 - prompt.Length),
        (token, said) => token < NoTimestamps && !(suppresses && (token == Never || (said == 0 && token is NotFirst or End))));

    protected override byte[] Encoder()
    {
        var g = new OnnxGraph();
        g.Input("input_features", TensorElementType.Float, "batch_size", _mels, WhisperMel.Frames);
        string means = g.Node("AveragePool", ["input_features"], null, ("kernel_shape", new[] { Second }), ("strides", new[] { Second }));
        g.Node("Tanh", [g.MatMul(g.Node("Transpose", [means], null, ("perm", new[] { 0, 2, 1 })), _weights, "weights")], "last_hidden_state");
        Hidden(g);
        return g.ToModel();
    }
}
