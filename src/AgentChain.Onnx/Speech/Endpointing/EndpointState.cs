using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>What an <see cref="Endpointer"/> has heard.</summary>
public enum EndpointState
{
    /// <summary>Nobody has spoken yet; at the end of a recording: there was no speech at all.</summary>
    NoSpeech,

    /// <summary>Somebody is speaking, or has paused for less than the hang-over time.</summary>
    Speech,

    /// <summary>Somebody spoke and has been quiet for the hang-over time.</summary>
    Ended,
}
