using System.Numerics.Tensors;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Features;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Recognizes one utterance at a time with a <see cref="TransducerRecognizer"/>, greedily.</summary>
internal sealed class TransducerStream : IRecognizerStream
{
    private const int Blank = 0;
    private const double TailSeconds = 0.3;

    private readonly TransducerGraphs _graphs;
    private readonly TransducerTokens _tokens;
    private readonly KaldiFbank _fbank;
    private readonly OnnxBinding _encoder, _decoder, _joiner;
    private readonly float[] _frames;
    private readonly long[] _context;
    private readonly List<int> _said = [];
    private readonly int _sampleRate, _mostPerOutput;
    private readonly float[] _logits;

    // The states before and after a run; they change places after each.
    private List<OrtValue> _states, _newStates;
    private float[] _decoded = [], _encoded = [];
    private SpeechHypothesis _current;
    private int _rows, _outputs;
    private bool _finished, _decodes;

    public TransducerStream(TransducerRecognizer recognizer)
    {
        (_graphs, _tokens, _sampleRate, _mostPerOutput) =
            (recognizer.Graphs, recognizer.Tokens, recognizer.SampleRate, recognizer.Options.MaxTokensPerOutput);
        _fbank = new KaldiFbank(recognizer.Features);
        _frames = new float[_graphs.Frames * _graphs.Mels];
        _context = new long[_graphs.ContextSize];
        _encoder = _graphs.Encoder.CreateBinding();
        _decoder = _graphs.Decoder.CreateBinding();
        _joiner = _graphs.Joiner.CreateBinding();
        _encoder.Input<float>(TransducerGraphs.Features, _frames, 1, _graphs.Frames, _graphs.Mels);
        _decoder.Input<long>(TransducerGraphs.Tokens, _context, 1, _context.Length);
        _logits = new float[_graphs.Vocabulary];
        _joiner.Output<float>(TransducerGraphs.Logit, _logits, 1, _logits.Length);
        (_states, _newStates) = (CreateStates(), CreateStates());
        Reset();
    }

    public SpeechHypothesis Current => _current;

    public SpeechHypothesis Ending => Hypothesis(ended: true);

    public void Accept(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default)
    {
        RequireUnfinished();
        _fbank.Accept(samples);
        RunFull(cancellationToken);
    }

    public SpeechHypothesis Finish(CancellationToken cancellationToken = default)
    {
        RequireUnfinished();
        _finished = true;

        // The last outputs need frames from after the speech.
        _fbank.Accept(new float[(int)(TailSeconds * _sampleRate)]);
        _fbank.Finish();
        RunFull(cancellationToken);
        if (_rows > _graphs.Frames - _graphs.Shift || (_rows > 0 && _outputs == 0))
        {
            _frames.AsSpan(_rows * _graphs.Mels).Fill(KaldiFbank.Floor);
            Run(cancellationToken);
        }

        return _current = Hypothesis(ended: true);
    }

    public void Reset()
    {
        _fbank.Reset();
        _said.Clear();
        _states.ForEach(s => s.GetTensorMutableRawData().Clear());

        // The decoder looks back on blanks at first; sherpa-onnx does the same.
        Array.Clear(_context);
        (_rows, _outputs, _finished, _decodes) = (0, 0, false, true);
        _current = Hypothesis(ended: false);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        _joiner.Dispose();
        _states.ForEach(s => s.Dispose());
        _newStates.ForEach(s => s.Dispose());
    }

    private List<OrtValue> CreateStates() =>
        [.. _graphs.States.Select(s => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, s.ElementType, TransducerGraphs.StateShape(s)))];

    private void RequireUnfinished()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The utterance is finished; reset the stream to start another one.");
        }
    }

    private void RunFull(CancellationToken cancellationToken)
    {
        while (true)
        {
            _rows += _fbank.Read(_frames.AsSpan(_rows * _graphs.Mels));
            if (_rows < _graphs.Frames)
            {
                return;
            }

            Run(cancellationToken);
            _frames.AsSpan(_graphs.Shift * _graphs.Mels).CopyTo(_frames);
            _rows -= _graphs.Shift;
        }
    }

    private void Run(CancellationToken cancellationToken)
    {
        for (int i = 0; i < _states.Count; i++)
        {
            _encoder.Input(_graphs.States[i].Name, _states[i]);
            _encoder.Output(TransducerGraphs.New + _graphs.States[i].Name, _newStates[i]);
        }

        // Bound again each time: ONNX Runtime would otherwise write into the output of the last run.
        _encoder.Output(TransducerGraphs.EncoderOut);
        _graphs.Encoder.Run(_encoder, cancellationToken);
        using OnnxOutputs outputs = _encoder.TakeOutputs();
        (_states, _newStates) = (_newStates, _states);
        ReadOnlySpan<float> encoded = outputs.Span<float>(TransducerGraphs.EncoderOut);
        int count = (int)outputs.Shape(TransducerGraphs.EncoderOut)[1], width = encoded.Length / Math.Max(count, 1);
        if (_encoded.Length != width)
        {
            _encoded = new float[width];
            _joiner.Input<float>(TransducerGraphs.EncoderOut, _encoded, 1, width);
        }

        for (int i = 0; i < count; i++, _outputs++)
        {
            encoded.Slice(i * width, width).CopyTo(_encoded);
            Search(cancellationToken);
        }

        _current = Hypothesis(ended: false);
    }

    /// <summary>Says the tokens of one output of the encoder.</summary>
    private void Search(CancellationToken cancellationToken)
    {
        for (int said = 0; said < _mostPerOutput; said++)
        {
            if (_decodes)
            {
                Decode(cancellationToken);
            }

            _graphs.Joiner.Run(_joiner, cancellationToken);
            int best = TensorPrimitives.IndexOfMax<float>(_logits);
            if (!float.IsFinite(_logits[best]))
            {
                throw new OnnxOutputException(
                    _graphs.Joiner.Name, TransducerGraphs.Logit, _outputs, OnnxOutputException.Problem(_logits[best]));
            }

            if (best == Blank)
            {
                return;
            }

            _said.Add(best);
            Array.Copy(_context, 1, _context, 0, _context.Length - 1);
            _context[^1] = best;
            _decodes = true;
        }
    }

    private void Decode(CancellationToken cancellationToken)
    {
        _decoder.Output(TransducerGraphs.DecoderOut);
        _graphs.Decoder.Run(_decoder, cancellationToken);
        using OnnxOutputs outputs = _decoder.TakeOutputs();
        ReadOnlySpan<float> decoded = outputs.Span<float>(TransducerGraphs.DecoderOut);
        if (_decoded.Length != decoded.Length)
        {
            _decoded = new float[decoded.Length];
            _joiner.Input<float>(TransducerGraphs.DecoderOut, _decoded, 1, decoded.Length);
        }

        decoded.CopyTo(_decoded);
        _decodes = false;
    }

    // Greedy search never takes back a token, so words that are complete are certain; only the last one can still grow.
    private SpeechHypothesis Hypothesis(bool ended)
    {
        int last = ended ? _said.Count : Math.Max(0, _said.FindLastIndex(t => _tokens.BeginsWord(t)));
        string text = _tokens.Text(_said.Take(last));
        int words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return new SpeechHypothesis(text, ended && !_finished ? Math.Max(0, words - 1) : words, 1, 1);
    }
}
