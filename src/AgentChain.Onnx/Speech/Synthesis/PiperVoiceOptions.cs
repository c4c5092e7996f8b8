using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>How a <see cref="PiperVoice"/> is loaded. Immutable.</summary>
public sealed record PiperVoiceOptions
{
    /// <summary>Turns text into phonemes; null (the default) for the voice's own <c>lexicon.tsv</c> and letter-to-sound rules.</summary>
    public IPhonemizer? Phonemizer { get; init; }

    /// <summary>Whether a pad stands right after the start symbol, as voices trained with Piper's newer C++ front end want it; default false.</summary>
    public bool PadAfterStart { get; init; }

    /// <summary>The most ids of one run, 16 to 100,000; default 2,000, which is about 60 s of speech.</summary>
    public int MaximumIds { get; init; } = 2000;

    /// <summary>How the session is created.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumIds, 16, nameof(MaximumIds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumIds, 100_000, nameof(MaximumIds));
    }
}
