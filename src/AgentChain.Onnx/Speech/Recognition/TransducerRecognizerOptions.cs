using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Provides options for loading a <see cref="TransducerRecognizer"/>. Immutable.</summary>
public sealed record TransducerRecognizerOptions
{
    /// <summary>Gets the maximum number of tokens per output of the encoder, 1 to 100; default 1, as the models are trained.</summary>
    public int MaxTokensPerOutput { get; init; } = 1;

    /// <summary>Gets the options of the sessions.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokensPerOutput, 1, nameof(MaxTokensPerOutput));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxTokensPerOutput, 100, nameof(MaxTokensPerOutput));
    }
}
