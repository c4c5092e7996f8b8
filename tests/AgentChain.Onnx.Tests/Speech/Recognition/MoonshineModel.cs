using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>A tiny Moonshine: a convolution over the samples themselves.</summary>
sealed class MoonshineModel : EncoderDecoderModel
{
    const int Kernel = 400;

    public const int End = TinyTokens.Letters, Start = End + 1, Vocabulary = Start + 1;

    readonly Matrix _weights;
    readonly string? _mask;

    public MoonshineModel(bool merged, string? mask = null)
        : base(Vocabulary, 8)
    {
        _mask = mask;
        _weights = Matrix.Random(Random, Kernel, Width, 20);
        WriteGraphs(merged);
        Write("tokenizer.json", TinyTokens.Json("</s>", "<s>"));
        Write("config.json", $$"""{"model_type":"moonshine","decoder_start_token_id":{{Start}},"eos_token_id":{{End}}}""");
    }

    /// <summary>Returns the encoder's output.</summary>
    public Matrix Hear(float[] samples) => Matrix.Of(samples.Length / Kernel, Width, (at, channel) =>
        Math.Tanh(Enumerable.Range(0, Kernel).Sum(i => (double)samples[(at * Kernel) + i] * _weights[i, channel])));

    protected override byte[] Encoder()
    {
        var g = new OnnxGraph();
        g.Input("input_values", TensorElementType.Float, "batch_size", "num_samples");
        string samples = "input_values";
        if (_mask is not null)
        {
            g.Input(_mask, TensorElementType.Int64, "batch_size", "num_samples");
            samples = g.Node("Mul", [samples, g.Node("Cast", [_mask], null, ("to", (int)TensorElementType.Float))]);
        }

        string one = g.Node("Unsqueeze", [samples, g.Shape(1)]);
        string heard = g.Node("Conv", [one, g.Constant("weights", _weights.Transposed().Values, Width, 1, Kernel)], null, ("strides", new[] { Kernel }));
        g.Node("Transpose", [g.Node("Tanh", [heard])], "last_hidden_state", ("perm", new[] { 0, 2, 1 }));
        Hidden(g);
        return g.ToModel();
    }
}
