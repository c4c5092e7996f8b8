using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>The inputs and the output of a Kokoro graph, found in the session and validated.</summary>
/// <remarks>
/// <c>input_ids</c> (or <c>tokens</c>) int64[1, T], <c>style</c> float[1, 256] and <c>speed</c> float[1]; the only output is the sound,
/// float[N] or float[1, N].
/// </remarks>
internal sealed class KokoroGraph
{
    public const string Style = "style", Speed = "speed";

    public KokoroGraph(OnnxSession session)
    {
        Session = session;
        Ids = session.Inputs.ContainsKey("tokens") ? "tokens" : "input_ids";
        TensorDescription ids = session.Input(Ids), style = session.Input(Style), speed = session.Input(Speed);
        string? unknown = session.Inputs.Keys.FirstOrDefault(n => n != Ids && n is not (Style or Speed));
        if (ids.ElementType != TensorElementType.Int64
            || style.ElementType != TensorElementType.Float || style.Shape.Length != 2 || style.Shape[1] < 1
            || speed.ElementType is not (TensorElementType.Float or TensorElementType.Int32)
                || unknown is not null || session.Outputs.Count != 1)
        {
            throw new OnnxModelException(
                $"'{session.Name}' is not a Kokoro model: it needs the inputs {Ids} int64[1, T], style float[1, width] and speed float[1], and one output. Its inputs are {session.DescribeInputs()}; it has {session.Outputs.Count} outputs.");
        }

        (Width, Sound) = ((int)style.Shape[1], session.Outputs.Keys.Single());
        SpeedIsWhole = speed.ElementType == TensorElementType.Int32;
    }

    public OnnxSession Session { get; }

    public string Ids { get; }

    /// <summary>The width of a style, 256 in all public models.</summary>
    public int Width { get; }

    public string Sound { get; }

    /// <summary>Whether the speed is an integer, as a few exports declare it; only speed 1 is then possible.</summary>
    public bool SpeedIsWhole { get; }
}
