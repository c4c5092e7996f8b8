using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Provides options for loading a <see cref="KokoroVoice"/>. Immutable.</summary>
public sealed record KokoroVoiceOptions
{
    /// <summary>
    /// Gets the phonemizer, or null (the default) for the folder's <c>lexicon.tsv</c>, if any, and letter-to-sound rules. The model was
    /// trained on the phonemes of misaki, which espeak-ng comes close to; it sounds best with a phonemizer that produces those.
    /// </summary>
    public IPhonemizer? Phonemizer { get; init; }

    /// <summary>
    /// Gets the speaker for styles that name none, for example <c>af_heart</c>; null (the default) for the first by name, or by number
    /// where the speakers have no names.
    /// </summary>
    public string? Speaker { get; init; }

    /// <summary>Gets the options of the session.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;
}
