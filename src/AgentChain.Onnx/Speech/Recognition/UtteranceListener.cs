using System.Buffers;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Speculation;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Recognizes the audio of one turn: resampler, gate and recognizer stream in sequence. Serves one call at a time.</summary>
internal sealed class UtteranceListener : IDisposable
{
    private const double EndingMilliseconds = 50, SettlingMilliseconds = 150;

    private readonly IRecognizerStream _stream;
    private readonly int _streamRate;
    private readonly bool _writesText;
    private readonly Resampler? _resampler;
    private readonly RecognitionBlockOptions _options;
    private readonly ArrayBufferWriter<float> _resampled = new(), _passed = new();
    private SpeechGate? _gate; // of this turn; a detector of the host that cannot be created fails the turn that needs it
    private long _received;

    public UtteranceListener(IRecognizer recognizer, int sampleRate, RecognitionBlockOptions options)
    {
        (_streamRate, _writesText) = (recognizer.SampleRate, recognizer.WritesText);
        _options = options;
        SampleRate = sampleRate;
        _resampler = sampleRate == _streamRate ? null : new Resampler(sampleRate, _streamRate);

        // Last: whatever fails before leaves no stream behind.
        _stream = recognizer.CreateStream()
            ?? throw new InvalidOperationException($"{recognizer.GetType().Name} returned no stream from {nameof(IRecognizer.CreateStream)}.");
    }

    public int SampleRate { get; }

    /// <summary>The audio to recognize next.</summary>
    public ReadOnlyMemory<float> Input { get; set; }

    /// <summary>Whether to stop at the first end of speech.</summary>
    public bool StopsAtEnd { get; set; }

    /// <summary>The duration of audio received since the end of the speech; zero before any speech.</summary>
    public TimeSpan SinceSpeech
    {
        get
        {
            long end = Gate.Endpointer.SpeechEnd;
            return end < 0 ? TimeSpan.Zero : TimeSpan.FromTicks((_received - end) * TimeSpan.TicksPerSecond / _streamRate);
        }
    }

    /// <summary>Recognizes <see cref="Input"/>.</summary>
    /// <returns>Whether the speech has ended and no more audio is needed.</returns>
    public bool Hear(CancellationToken cancellationToken)
    {
        if (_resampler is null)
        {
            return Hear(Input.Span, cancellationToken);
        }

        _resampled.ResetWrittenCount();
        _resampler.Process(Input.Span, _resampled);
        return Hear(_resampled.WrittenSpan, cancellationToken);
    }

    /// <summary>Returns the words so far with P(final) and its evidence.</summary>
    public Hypothesis<Transcript> Hypothesis()
    {
        TimeSpan quiet = Gate.Endpointer.TrailingSilence;
        double silence = quiet.TotalMilliseconds;
        SpeechHypothesis words = Checked(silence >= EndingMilliseconds ? _stream.Ending : _stream.Current);

        // The words stay if the beam is sure of them, or after silence for as long as the outputs lag the sound.
        double stays = words.Posterior + (1 - words.Posterior) * Math.Min(1, silence / SettlingMilliseconds);

        // No words follow if a sentence can end here. The longer the silence, the less that matters.
        double pause = Math.Min(1, silence / _options.Endpointing.HangOverMilliseconds);
        double ends = Math.Pow(words.EndProbability, (1 - pause) * (1 - pause));
        return AgentChain.Hypothesis.Tentative(Transcribe(words), Math.Clamp(stays * ends, 0, 1), new HypothesisFeatures
        {
            Silence = quiet,
            Stability = Math.Clamp(words.Posterior, 0, 1),
            EndOfTurn = Math.Clamp(words.EndProbability, 0, 1),
            TimeToFinal = StopsAtEnd && quiet > TimeSpan.Zero ? Left(quiet) : null,
        });
    }

    /// <summary>The remaining wait if the silence continues.</summary>
    private TimeSpan Left(TimeSpan quiet)
    {
        TimeSpan left = TimeSpan.FromMilliseconds(_options.Endpointing.HangOverMilliseconds) - quiet;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Ends the utterance and returns its transcript.</summary>
    public Transcript Finish(CancellationToken cancellationToken)
    {
        if (_resampler is not null && !(StopsAtEnd && Gate.Endpointer.State == EndpointState.Ended))
        {
            _resampled.ResetWrittenCount();
            _resampler.Flush(_resampled);
            Hear(_resampled.WrittenSpan, cancellationToken);
        }

        return Gate.HeardSpeech ? Transcribe(Checked(_stream.Finish(cancellationToken))) : Transcript.Silence;
    }

    public void Reset()
    {
        _stream.Reset();
        _resampler?.Reset();
        DisposeGate();
        Input = default;
        _received = 0;
    }

    public void Dispose()
    {
        try
        {
            DisposeGate();
        }
        finally
        {
            _stream.Dispose();
        }
    }

    // Forgotten first: the detector is the host's, and is not disposed again if it throws.
    private void DisposeGate()
    {
        (SpeechGate? gate, _gate) = (_gate, null);
        gate?.Dispose();
    }

    /// <summary>Checks what a stream, which can be the host's, returned.</summary>
    private SpeechHypothesis Checked(SpeechHypothesis words) =>
        words.Text is null ? throw Wrong("no text; return an empty string if there is none")
        : double.IsNaN(words.Posterior) ? throw Wrong("the posterior NaN; return a probability, 0 to 1")
        : double.IsNaN(words.EndProbability) ? throw Wrong("the end probability NaN; return a probability, 0 to 1")
        : words;

    private InvalidOperationException Wrong(string returned) => new($"{_stream.GetType().Name} returned {returned}.");

    private Transcript Transcribe(SpeechHypothesis words) =>
        new(
            words.Text, _writesText ? words.Text : InverseTextNormalizer.Normalize(words.Text),
            words.StableWords, Math.Clamp(words.Posterior, 0, 1), true);

    private SpeechGate Gate => _gate ??= new(_streamRate, _options.Endpointing, _options.PreRollMilliseconds);

    private bool Hear(ReadOnlySpan<float> samples, CancellationToken cancellationToken)
    {
        _received += samples.Length;
        while (true)
        {
            _passed.ResetWrittenCount();
            samples = samples[Gate.Accept(samples, _passed)..];
            _stream.Accept(_passed.WrittenSpan, cancellationToken);
            if (Gate.Endpointer.State != EndpointState.Ended)
            {
                return false;
            }

            if (StopsAtEnd)
            {
                return true;
            }

            if (samples.IsEmpty)
            {
                return false;
            }

            Gate.Continue();
        }
    }
}
