using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>How a <see cref="CtcRecognizer"/> is loaded and run. Immutable.</summary>
public sealed record CtcRecognizerOptions
{
    /// <summary>Outputs computed by one run of the graph, 1 to 1,000; default 4, which is 120 ms of speech at 30 ms an output. Fewer show
    /// hypotheses sooner and cost more runs; what is recognized does not change.</summary>
    public int OutputsPerRun { get; init; } = 4;

    /// <summary>The beam's settings; null (the default) for those in the model's folder.</summary>
    public CtcBeamOptions? Beam { get; init; }

    /// <summary>Whether to take the best labels without the lexicon even where there is one; default false.</summary>
    public bool Greedy { get; init; }

    /// <summary>How the session is created.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputsPerRun, 1, nameof(OutputsPerRun));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OutputsPerRun, 1000, nameof(OutputsPerRun));
        Beam?.Validate();
    }
}
