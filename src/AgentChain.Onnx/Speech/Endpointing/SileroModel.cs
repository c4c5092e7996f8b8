using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Represents the Silero voice activity model, version 5 or later, loaded on the CPU.</summary>
/// <remarks>
/// The graph takes <c>input</c> float[1, context + frame], <c>state</c> float[2, 1, 128] and <c>sr</c> int64, and returns <c>output</c>
/// float[1, 1], the probability of speech, and <c>stateN</c>. <c>models/silero/CARD.md</c> says where to get the file. To let it decide:
/// <c>new EndpointerOptions { CreateDetector = model.CreateDetector }</c>. Thread-safe; dispose it after its detectors.
/// </remarks>
public sealed class SileroModel : IDisposable
{
    internal const string Input = "input", State = "state", Rate = "sr", Output = "output", NewState = "stateN";

    private SileroModel(OnnxSession session) => Session = session;

    internal OnnxSession Session { get; }

    /// <summary>Loads the model.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="path">The path of <c>silero_vad.onnx</c>.</param>
    /// <param name="options">The options of the session, or null for the defaults.</param>
    /// <exception cref="OnnxModelException">The file is missing or damaged, or its inputs and outputs are not those of this model; the
    /// message
    /// says which.</exception>
    public static SileroModel Load(OnnxRuntimeHost host, string path, OnnxSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxSession session = host.Load(path, default, options ?? OnnxSessionOptions.Default);
        try
        {
            Require(session, session.Inputs, Input, TensorElementType.Float,
                [1, SileroSpeechDetector.ContextLength(16_000) + SileroSpeechDetector.FrameLengthOf(16_000)]);
            Require(session, session.Inputs, State, TensorElementType.Float, SileroSpeechDetector.StateShape);
            Require(session, session.Inputs, Rate, TensorElementType.Int64, []);
            Require(session, session.Outputs, Output, TensorElementType.Float, [1, 1]);
            Require(session, session.Outputs, NewState, TensorElementType.Float, SileroSpeechDetector.StateShape);
            return new SileroModel(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Creates a detector for one signal.</summary>
    /// <param name="sampleRate">The sample rate of the signal in hertz: 8,000 or 16,000.</param>
    /// <returns>A detector with its own state. The caller disposes it before the model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model does not take that rate.</exception>
    public SileroSpeechDetector CreateDetector(int sampleRate) => new(this, sampleRate);

    /// <summary>Unloads the model. Dispose its detectors first.</summary>
    public void Dispose() => Session.Dispose();

    private static void Require(
        OnnxSession session, IReadOnlyDictionary<string, TensorDescription> tensors, string name, TensorElementType type,
            ReadOnlySpan<long> shape)
    {
        if (!tensors.TryGetValue(name, out TensorDescription? tensor))
        {
            throw new OnnxModelException(
                $"'{session.Name}' is not a Silero model of version 5 or later: it has no '{name}'. It has: "
                + $"{string.Join("; ", tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal))}.");
        }

        if (tensor.ElementType != type || !tensor.Accepts(shape))
        {
            throw new OnnxModelException(
                $"'{session.Name}' is not a Silero model of version 5 or later: it has '{tensor}' where "
                + $"{type}[{string.Join(", ", shape.ToArray())}] is required.");
        }
    }
}
