using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Provides options for loading and running a <see cref="MoonshineRecognizer"/>. Immutable.</summary>
public sealed record MoonshineRecognizerOptions
{
    /// <summary>
    /// Gets the maximum number of tokens per second of speech, more than 0; default 6.5, as the model's authors recommend. It ends the
    /// repetitions that the model falls into on noise.
    /// </summary>
    public double MaxTokensPerSecond { get; init; } = 6.5;

    /// <summary>Gets the options of the sessions.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        if (!(MaxTokensPerSecond > 0 && double.IsFinite(MaxTokensPerSecond)))
        {
            throw new ArgumentOutOfRangeException(nameof(MaxTokensPerSecond), MaxTokensPerSecond, $"{nameof(MaxTokensPerSecond)} must be more than 0 and finite.");
        }
    }
}
