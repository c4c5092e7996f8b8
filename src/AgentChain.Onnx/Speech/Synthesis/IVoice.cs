using AgentChain.Devices;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Represents a loaded voice, which a <see cref="SpeechSynthesisBlock"/> runs. Implementations must be thread-safe.</summary>
public interface IVoice
{
    /// <summary>Gets the sample rate of the voice's audio in hertz.</summary>
    int SampleRate { get; }

    /// <summary>Gets the device that the voice is loaded on.</summary>
    ComputeDevice Device { get; }

    /// <summary>Speaks a text on the calling thread, which should be a lane of the voice's device.</summary>
    /// <param name="text">The written text, with numbers and punctuation.</param>
    /// <param name="style">The style, or null for the voice's own.</param>
    /// <param name="cancellationToken">A token that ends the run before its next kernel.</param>
    /// <returns>The sound; empty if there is nothing to speak.</returns>
    /// <exception cref="ArgumentException">The text is too long for one run; speak it by sentence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The style is outside its range, or names an unknown speaker.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    PcmAudio Synthesize(string text, SpeechStyle? style = null, CancellationToken cancellationToken = default);
}
