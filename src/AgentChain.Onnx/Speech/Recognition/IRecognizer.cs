using AgentChain.Devices;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>
/// Represents a loaded speech recognizer, which a <see cref="RecognitionBlock"/> or a <see cref="LiveRecognitionBlock"/> runs.
/// Implementations must be thread-safe; each stream serves one caller.
/// </summary>
public interface IRecognizer
{
    /// <summary>Gets the sample rate in hertz of the audio that <see cref="CreateStream"/> takes, 1 to 768,000.</summary>
    int SampleRate { get; }

    /// <summary>Gets the device that the recognizer is loaded on.</summary>
    ComputeDevice Device { get; }

    /// <summary>
    /// Gets a value that indicates whether the recognized words are written text, with punctuation and numbers in digits. If false, a block
    /// converts spoken numbers, money and dates.
    /// </summary>
    bool WritesText { get; }

    /// <summary>Creates a stream for one utterance after another. The caller must dispose it before the recognizer.</summary>
    IRecognizerStream CreateStream();
}
