namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Decides frame by frame whether a signal is speech. An <see cref="Endpointer"/> derives starts and ends from it.</summary>
/// <remarks>
/// A detector has state and belongs to one signal: create one for each stream or turn (<see cref="EndpointerOptions.CreateDetector"/>).
/// The owner disposes it. Not thread-safe.
/// </remarks>
public interface ISpeechDetector : IDisposable
{
    /// <summary>Gets the sample rate of the mono signal in hertz.</summary>
    int SampleRate { get; }

    /// <summary>Gets the number of samples of one frame, at most a second; constant.</summary>
    int FrameLength { get; }

    /// <summary>Processes the next frame.</summary>
    /// <param name="frame">Exactly <see cref="FrameLength"/> mono samples, full scale at -1 and 1. They can be NaN or infinite.</param>
    /// <returns>The probability that the frame is speech, 0 to 1; detectors that only decide return 0 or 1.</returns>
    float Accept(ReadOnlySpan<float> frame);

    /// <summary>Forgets the signal, so that the next frame is the first of another one.</summary>
    void Reset();
}
