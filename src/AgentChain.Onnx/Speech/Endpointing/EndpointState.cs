using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Specifies the state of an <see cref="Endpointer"/>.</summary>
/// <remarks>The default, 0, is the state at the start.</remarks>
public enum EndpointState
{
    /// <summary>No speech was heard yet, or none at all if the recording has ended.</summary>
    NoSpeech,

    /// <summary>Speech is in progress, or has paused for less than the hang-over time.</summary>
    Speech,

    /// <summary>Speech was followed by silence for the hang-over time.</summary>
    Ended,
}
