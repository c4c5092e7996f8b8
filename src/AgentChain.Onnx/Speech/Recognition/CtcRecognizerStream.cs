using System.Buffers;
using System.Numerics.Tensors;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Recognizes one utterance at a time with a <see cref="CtcRecognizer"/>. Hypotheses can be read after any chunk.</summary>
/// <remarks>
/// Calls run the graph on the calling thread, which should be a lane of the recognizer's device. The result does not depend on how the
/// audio is split. A canceled call leaves the utterance undefined: <see cref="Reset"/> the stream. Not thread-safe.
/// No allocation per chunk after warm-up, apart from the text of new hypotheses and the bindings of the last, shorter run.
/// </remarks>
public sealed class CtcRecognizerStream : IRecognizerStream
{
    private readonly CtcGraph _graph;
    private readonly RecognizerSettings _settings;
    private readonly KaldiFbank _fbank;
    private readonly Resampler? _resampler;
    private readonly ArrayBufferWriter<float> _resampled = new();
    private readonly ICtcDecoder _decoder;
    private readonly OnnxBinding _binding;
    private readonly float[] _frames, _state, _newState, _logProbabilities;
    private readonly int _mels, _labels, _outputsPerRun, _capacity;
    private int _rows;
    private int _boundOutputs;
    private int _outputs;
    private bool _finished;

    internal CtcRecognizerStream(CtcRecognizer recognizer, int sampleRate)
    {
        SampleRates.Check(sampleRate);
        _graph = recognizer.Graph;
        _settings = recognizer.Settings;
        SampleRate = sampleRate;
        _resampler = sampleRate == recognizer.SampleRate ? null : new Resampler(sampleRate, recognizer.SampleRate);
        _fbank = new KaldiFbank(_settings.Features);
        _decoder = recognizer.CreateDecoder();
        _mels = _settings.Features.MelFilters;
        _labels = _settings.Labels.Count;
        _outputsPerRun = recognizer.Options.OutputsPerRun;
        _capacity = FramesFor(_outputsPerRun);
        _frames = new float[_capacity * _mels];
        _state = new float[_graph.StateLength];
        _newState = new float[_graph.StateLength];
        _logProbabilities = new float[_outputsPerRun * _labels];
        _binding = _graph.Session.CreateBinding();
        _binding.Input<float>(_graph.State, _state, _graph.StateShape);
        _binding.Output<float>(_graph.NewState, _newState, _graph.StateShape);
        Reset();
    }

    /// <summary>Gets the sample rate in hertz of the audio that the stream takes.</summary>
    public int SampleRate { get; }

    /// <summary>Gets the best words so far.</summary>
    public SpeechHypothesis Current => _decoder.Current;

    /// <summary>Gets the best words as if the speech had ended. Unlike <see cref="Current"/>, they include the last word.</summary>
    public SpeechHypothesis Ending => _decoder.Finish();

    /// <summary>Processes audio and runs the graph for every output that it completes.</summary>
    /// <param name="samples">The next mono samples at <see cref="SampleRate"/>, full scale at -1 and 1.</param>
    /// <param name="cancellationToken">A token that ends the run of the graph.</param>
    /// <exception cref="OperationCanceledException">The token was canceled; reset the stream.</exception>
    /// <exception cref="InvalidOperationException">The utterance is finished; reset the stream.</exception>
    /// <exception cref="OnnxOutputException">
    /// The model returned NaN or infinity, or ruled out every label of a frame, which audio with NaN or infinity also causes; reset the
    /// stream. The exception names the model and the frame.
    /// </exception>
    public void Accept(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default)
    {
        RequireUnfinished();
        if (_resampler is null)
        {
            _fbank.Accept(samples);
        }
        else
        {
            _resampled.ResetWrittenCount();
            _resampler.Process(samples, _resampled);
            _fbank.Accept(_resampled.WrittenSpan);
        }

        RunFull(cancellationToken);
    }

    /// <summary>Ends the utterance.</summary>
    /// <param name="cancellationToken">A token that ends the run of the graph.</param>
    /// <returns>The recognized words.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled; reset the stream.</exception>
    /// <exception cref="InvalidOperationException">The utterance is already finished; reset the stream.</exception>
    /// <exception cref="OnnxOutputException">As in <see cref="Accept"/>.</exception>
    public SpeechHypothesis Finish(CancellationToken cancellationToken = default)
    {
        RequireUnfinished();
        if (_resampler is not null)
        {
            _resampled.ResetWrittenCount();
            _resampler.Flush(_resampled);
            _fbank.Accept(_resampled.WrittenSpan);
        }

        _finished = true;
        _fbank.Finish();
        RunFull(cancellationToken);
        if (_rows >= _settings.ReceptiveFrames)
        {
            Run((_rows - _settings.ReceptiveFrames) / _settings.Stride + 1, cancellationToken);
        }

        return _decoder.Finish();
    }

    /// <summary>Discards the utterance so that another one can start.</summary>
    public void Reset()
    {
        _fbank.Reset();
        _resampler?.Reset();
        _decoder.Reset();
        Array.Clear(_state);
        _rows = _settings.LeftContext;
        _frames.AsSpan(0, _rows * _mels).Fill(_settings.LeftContextValue);
        _outputs = 0;
        _finished = false;
    }

    /// <summary>Releases the bound memory.</summary>
    public void Dispose() => _binding.Dispose();

    private void RequireUnfinished()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The utterance is finished; reset the stream to start another one.");
        }
    }

    private int FramesFor(int outputs) => _settings.Stride * (outputs - 1) + _settings.ReceptiveFrames;

    private void RunFull(CancellationToken cancellationToken)
    {
        while (true)
        {
            _rows += _fbank.Read(_frames.AsSpan(_rows * _mels));
            if (_rows < _capacity)
            {
                return;
            }

            Run(_outputsPerRun, cancellationToken);
            int used = _outputsPerRun * _settings.Stride;
            _frames.AsSpan(used * _mels).CopyTo(_frames);
            _rows -= used;
        }
    }

    private void Run(int outputs, CancellationToken cancellationToken)
    {
        if (_boundOutputs != outputs)
        {
            int frames = FramesFor(outputs);
            _binding.Input<float>(_graph.Features, _frames.AsMemory(0, frames * _mels), 1, frames, _mels);
            _binding.Output<float>(_graph.LogProbabilities, _logProbabilities.AsMemory(0, outputs * _labels), 1, outputs, _labels);
            _boundOutputs = outputs;
        }

        _graph.Session.Run(_binding, cancellationToken);
        ReadOnlySpan<float> logProbabilities = _logProbabilities.AsSpan(0, outputs * _labels);
        Check(logProbabilities);
        _newState.CopyTo(_state, 0);
        _decoder.Accept(logProbabilities);
        _outputs += outputs;
    }

    // Zero probability is negative infinity, but some label must be possible. The largest is NaN if any value is.
    private void Check(ReadOnlySpan<float> logProbabilities)
    {
        for (int frame = 0; frame * _labels < logProbabilities.Length; frame++)
        {
            float largest = TensorPrimitives.Max(logProbabilities.Slice(frame * _labels, _labels));
            if (!float.IsFinite(largest))
            {
                throw new OnnxOutputException(
                    _graph.Session.Name, _graph.LogProbabilities, _outputs + frame, OnnxOutputException.Problem(largest));
            }
        }
    }
}
