using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>The inputs and the output of a voice in Piper's layout, found in the session and validated.</summary>
/// <remarks><c>input</c> int64[1, T], <c>input_lengths</c> int64[1], <c>scales</c> float[3], and <c>sid</c> int64[1] for voices with
/// several speakers; the only output is the sound, float[1, 1, N] or float[1, 1, 1, N].</remarks>
internal sealed class PiperGraph
{
    public const string Ids = "input", Lengths = "input_lengths", Scales = "scales", Speaker = "sid";

    public PiperGraph(OnnxSession session, PiperVoiceSettings settings)
    {
        Session = session;
        Require(session, Ids, TensorElementType.Int64, 2);
        Require(session, Lengths, TensorElementType.Int64, 1);
        Require(session, Scales, TensorElementType.Float, 1);
        HasSpeakers = session.Inputs.ContainsKey(Speaker);
        if (HasSpeakers)
        {
            Require(session, Speaker, TensorElementType.Int64, 1);
        }

        string[] others =
            [.. session.Inputs.Keys.Where(name => name is not (Ids or Lengths or Scales or Speaker)).Order(StringComparer.Ordinal)];
        if (others.Length > 0)
        {
            throw new OnnxModelException($"'{session.Name}' also requires '{string.Join("', '", others)}', which Piper voices do not take as input. Export it in Piper's layout.");
        }

        if (!HasSpeakers && settings.Speakers > 1)
        {
            throw new OnnxModelException($"'{session.Name}' has no input '{Speaker}', but its settings specify {settings.Speakers} speakers; the two files do not match.");
        }

        Sound = session.Outputs.TryGetValue("output", out TensorDescription? named) ? named.Name
            : session.Outputs.Count == 1 ? session.Outputs.Keys.First()
            : throw new OnnxModelException($"'{session.Name}' has no output 'output' but {session.Outputs.Count} others; a Piper voice has a single output.");
        if (session.Outputs[Sound].ElementType != TensorElementType.Float)
        {
            throw new OnnxModelException($"'{session.Name}' has the output '{session.Outputs[Sound]}'; a Piper voice returns floats.");
        }
    }

    public OnnxSession Session { get; }

    public bool HasSpeakers { get; }

    public string Sound { get; }

    private static void Require(OnnxSession session, string name, TensorElementType type, int rank)
    {
        if (!session.Inputs.TryGetValue(name, out TensorDescription? input)
            || input.ElementType != type || (input.Shape.Length > 0 && input.Shape.Length != rank))
        {
            string inputs = string.Join("; ", session.Inputs.Values.OrderBy(i => i.Name, StringComparer.Ordinal));
            throw new OnnxModelException($"'{session.Name}' is not a voice in Piper's layout: it needs the input '{name}' of type {type} with {rank} dimensions. Its inputs are {inputs}.");
        }
    }
}
