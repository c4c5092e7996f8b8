using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>The inputs and outputs of a streaming CTC graph, found in the session and validated against the settings.</summary>
/// <remarks>
/// The inputs are features float[N, T, mels] and a state float[layers, N, width]; the outputs are log probabilities float[N, T', labels]
/// and the new state. Names are free, except that those of the two states, and only those, contain "state".
/// </remarks>
internal sealed class CtcGraph
{
    private const int MostStateValues = 1 << 22;

    public CtcGraph(OnnxSession session, RecognizerSettings settings)
    {
        Session = session;
        TensorDescription features = Pick(session, session.Inputs.Values, false, "feature input"), state = Pick(session, session.Inputs.Values, true, "state input");
        TensorDescription logProbabilities = Pick(session, session.Outputs.Values, false, "output of log probabilities"), newState = Pick(session, session.Outputs.Values, true, "state output");
        Require(session, features, [1, -1, settings.Features.MelFilters]);
        Require(session, logProbabilities, [1, -1, settings.Labels.Count]);
        bool isFixed =
            state.Shape.Length == 3 && state.Shape[0] is >= 1 and <= MostStateValues && state.Shape[2] is >= 1 and <= MostStateValues;
        if (!isFixed || state.Shape[0] * state.Shape[2] > MostStateValues)
        {
            throw new OnnxModelException($"'{session.Name}' has the state '{state}'; float[layers, N, width] with fixed layers and width, {MostStateValues} values together at most, is required.");
        }

        StateShape = [state.Shape[0], 1, state.Shape[2]];
        if (!settings.StateShape.IsEmpty && !settings.StateShape.Select(size => (long)size).SequenceEqual(StateShape))
        {
            throw new OnnxModelException($"'{session.Name}' has the state '{state}', but its settings file has the state_shape [{string.Join(", ", settings.StateShape)}]; the two files do not match.");
        }

        Require(session, state, StateShape);
        Require(session, newState, StateShape);
        (Features, State, LogProbabilities, NewState) = (features.Name, state.Name, logProbabilities.Name, newState.Name);
    }

    public OnnxSession Session { get; }

    public string Features { get; }

    public string State { get; }

    public string LogProbabilities { get; }

    public string NewState { get; }

    public long[] StateShape { get; }

    public int StateLength => (int)(StateShape[0] * StateShape[2]);

    private static TensorDescription Pick(OnnxSession session, IEnumerable<TensorDescription> tensors, bool isState, string what)
    {
        TensorDescription[] found = [.. tensors.Where(t => t.Name.Contains("state", StringComparison.OrdinalIgnoreCase) == isState)];
        return found.Length == 1
            ? found[0]
            : throw new OnnxModelException(
                $"'{session.Name}' is not a streaming CTC recognizer: it has {found.Length} candidates for the {what} instead of one. Its inputs are {List(session.Inputs)}, its outputs {List(session.Outputs)}.");
    }

    private static void Require(OnnxSession session, TensorDescription tensor, ReadOnlySpan<long> shape)
    {
        bool fits = tensor.ElementType == TensorElementType.Float && tensor.Shape.Length == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            fits = tensor.Shape[i] < 0 || shape[i] < 0 || tensor.Shape[i] == shape[i];
        }

        if (!fits)
        {
            throw new OnnxModelException($"'{session.Name}' has '{tensor}' where float[{string.Join(", ", shape.ToArray())}] is required (-1 is any); the graph and its settings file do not match.");
        }
    }

    private static string List(IReadOnlyDictionary<string, TensorDescription> tensors) =>
        string.Join("; ", tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal));
}
