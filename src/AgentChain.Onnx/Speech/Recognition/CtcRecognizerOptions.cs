using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Provides options for loading and running a <see cref="CtcRecognizer"/>. Immutable.</summary>
public sealed record CtcRecognizerOptions
{
    /// <summary>Gets the number of outputs per run of the graph, 1 to 1,000; default 4, which is 120 ms of speech at 30 ms per output.
    /// With fewer, hypotheses arrive sooner but need more runs; the recognized words do not change.</summary>
    public int OutputsPerRun { get; init; } = 4;

    /// <summary>Gets the settings of the beam, or null (the default) for those in the model's folder.</summary>
    public CtcBeamOptions? Beam { get; init; }

    /// <summary>Gets a value that indicates whether to take the best labels and ignore any lexicon; default false.</summary>
    public bool Greedy { get; init; }

    /// <summary>Gets the options of the session.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputsPerRun, 1, nameof(OutputsPerRun));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OutputsPerRun, 1000, nameof(OutputsPerRun));
        Beam?.Validate();
    }
}
