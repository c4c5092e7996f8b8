using System.Buffers;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Collects an utterance for a recognizer that hears it as a whole.</summary>
/// <param name="recognize">Recognizes the samples of an utterance.</param>
internal sealed class WholeUtteranceStream(Func<ReadOnlySpan<float>, CancellationToken, string> recognize) : IRecognizerStream
{
    private readonly ArrayBufferWriter<float> _samples = new();
    private SpeechHypothesis _words = Nothing;
    private bool _finished;

    public SpeechHypothesis Current => _words;

    public SpeechHypothesis Ending => _words;

    // Nothing is known before the end, so no early work can rest on it.
    private static SpeechHypothesis Nothing => new("", 0, 0, 0);

    public void Accept(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default)
    {
        RequireUnfinished();
        cancellationToken.ThrowIfCancellationRequested();
        _samples.Write(samples);
    }

    public SpeechHypothesis Finish(CancellationToken cancellationToken = default)
    {
        RequireUnfinished();
        _finished = true;
        string text = recognize(_samples.WrittenSpan, cancellationToken);
        return _words = new SpeechHypothesis(text, text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 1, 1);
    }

    public void Reset()
    {
        _samples.ResetWrittenCount();
        (_words, _finished) = (Nothing, false);
    }

    public void Dispose()
    {
    }

    private void RequireUnfinished()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The utterance is finished; reset the stream to start another one.");
        }
    }
}
