using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>
/// Recognizes one utterance at a time. Methods run on the calling thread, which should be a lane of the recognizer's device. A canceled
/// call leaves the utterance undefined: reset the stream. Not thread-safe.
/// </summary>
public interface IRecognizerStream : IDisposable
{
    /// <summary>Gets the best words so far. A recognizer that hears only whole utterances has none before <see cref="Finish"/>.</summary>
    SpeechHypothesis Current { get; }

    /// <summary>Gets the best words as if the speech had ended.</summary>
    SpeechHypothesis Ending { get; }

    /// <summary>Processes audio.</summary>
    /// <param name="samples">The next mono samples at the recognizer's sample rate, full scale at -1 and 1.</param>
    /// <param name="cancellationToken">A token that ends the run of the model.</param>
    /// <exception cref="OperationCanceledException">The token was canceled; reset the stream.</exception>
    /// <exception cref="InvalidOperationException">The utterance is finished; reset the stream.</exception>
    void Accept(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default);

    /// <summary>Ends the utterance.</summary>
    /// <param name="cancellationToken">A token that ends the run of the model.</param>
    /// <returns>The recognized words.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled; reset the stream.</exception>
    /// <exception cref="InvalidOperationException">The utterance is already finished; reset the stream.</exception>
    SpeechHypothesis Finish(CancellationToken cancellationToken = default);

    /// <summary>Discards the utterance so that another one can start.</summary>
    void Reset();
}
