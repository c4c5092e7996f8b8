using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Provides options for loading and running a <see cref="WhisperRecognizer"/>. Immutable.</summary>
public sealed record WhisperRecognizerOptions
{
    /// <summary>
    /// Gets the language of the speech as in the model's language tokens, for example <c>en</c>; null (the default) to detect it at the
    /// start of each utterance, which takes one more run of the decoder. Must be null or <c>en</c> for an English-only model.
    /// </summary>
    public string? Language { get; init; }

    /// <summary>Gets a value that indicates whether to translate to English instead of transcribing; default false. Not for English-only
    /// models.</summary>
    public bool Translate { get; init; }

    /// <summary>Gets the text that the model takes as said before the utterance, for names and spelling; null (the default) for none. At
    /// most half of the model's positions; the end is kept.</summary>
    public string? Prompt { get; init; }

    /// <summary>
    /// Gets the maximum number of tokens per 30 s of speech, 1 or more; default 224. The model's positions also limit it.
    /// </summary>
    public int MaxTokens { get; init; } = 224;

    /// <summary>Gets the options of the sessions.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1, nameof(MaxTokens));
}
