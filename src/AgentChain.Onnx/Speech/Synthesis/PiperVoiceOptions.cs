using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Provides options for loading a <see cref="PiperVoice"/>. Immutable.</summary>
public sealed record PiperVoiceOptions
{
    /// <summary>Gets the phonemizer, or null (the default) for the voice's own <c>lexicon.tsv</c> and letter-to-sound rules.</summary>
    public IPhonemizer? Phonemizer { get; init; }

    /// <summary>Gets a value that indicates whether a pad directly follows the start symbol, as voices trained with Piper's newer C++
    /// front end require; default false.</summary>
    public bool PadAfterStart { get; init; }

    /// <summary>Gets the maximum number of phoneme IDs per run, 16 to 100,000; default 2,000, which is about 60 s of speech.</summary>
    public int MaximumIds { get; init; } = 2000;

    /// <summary>Gets the options of the session.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumIds, 16, nameof(MaximumIds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumIds, 100_000, nameof(MaximumIds));
    }
}
