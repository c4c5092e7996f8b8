using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>A tiny Moonshine: a convolution over the samples themselves.</summary>
sealed class MoonshineModel : EncoderDecoderModel
{
    const int Kernel = 400;

    public const int End = TinyTokens.Letters, Start = End + 1, Vocabulary = Start + 1;

    readonly Matrix _weights;

    public MoonshineModel(bool merged)
        : base(Vocabulary, 8)
    {
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
        string one = g.Node("Unsqueeze", ["input_values", g.Shape(1)]);
        string heard = g.Node("Conv", [one, g.Constant("weights", _weights.Transposed().Values, Width, 1, Kernel)], null, ("strides", new[] { Kernel }));
        g.Node("Transpose", [g.Node("Tanh", [heard])], "last_hidden_state", ("perm", new[] { 0, 2, 1 }));
        Hidden(g);
        return g.ToModel();
    }
}
