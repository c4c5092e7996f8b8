using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Detects speech in one signal with a <see cref="SileroModel"/>: frames of 32 ms, each with the last 4 ms before it.</summary>
/// <remarks>Runs on the calling thread, about 0.2 ms for each frame. A frame with NaN or infinity counts as digital silence. Dispose it
/// before
/// its model; not thread-safe.</remarks>
public sealed class SileroSpeechDetector : ISpeechDetector
{
    private const int StateLength = 2 * 128;

    private readonly SileroModel _model;
    private readonly OnnxBinding _binding;
    private readonly float[] _input; // the context and the frame
    private readonly float[] _state = new float[StateLength], _newState = new float[StateLength], _output = new float[1];
    private readonly int _context;

    internal SileroSpeechDetector(SileroModel model, int sampleRate)
    {
        if (sampleRate is not (8000 or 16_000))
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate,
                "The Silero model takes 8000 or 16000 Hz. Resample the signal first.");
        }

        _model = model;
        SampleRate = sampleRate;
        FrameLength = FrameLengthOf(sampleRate);
        _context = ContextLength(sampleRate);
        _input = new float[_context + FrameLength];
        _binding = model.Session.CreateBinding();
        _binding.Input<float>(SileroModel.Input, _input, 1, _input.Length);
        _binding.Input<float>(SileroModel.State, _state, StateShape);
        _binding.Input<long>(SileroModel.Rate, new long[] { sampleRate });
        _binding.Output<float>(SileroModel.Output, _output, 1, 1);
        _binding.Output<float>(SileroModel.NewState, _newState, StateShape);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public int FrameLength { get; }

    internal static ReadOnlySpan<long> StateShape => [2, 1, StateLength / 2];

    /// <inheritdoc/>
    /// <exception cref="OnnxOutputException">The model returned NaN; the exception names it.</exception>
    /// <exception cref="ObjectDisposedException">The detector or its model is disposed.</exception>
    public float Accept(ReadOnlySpan<float> frame)
    {
        if (frame.Length != FrameLength)
        {
            throw new ArgumentException($"The frame has {frame.Length} samples; {FrameLength} are required.", nameof(frame));
        }

        _input.AsSpan(FrameLength).CopyTo(_input); // the end of the last frame becomes the context
        Span<float> current = _input.AsSpan(_context);
        frame.CopyTo(current);
        foreach (float sample in frame)
        {
            if (!float.IsFinite(sample))
            {
                current.Clear();
                break;
            }
        }

        _model.Session.Run(_binding);
        if (!float.IsFinite(_output[0]))
        {
            throw new OnnxOutputException(_model.Session.Name, SileroModel.Output, null, OnnxOutputException.Problem(_output[0]));
        }

        _newState.CopyTo(_state, 0);
        return Math.Clamp(_output[0], 0, 1);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Array.Clear(_input);
        Array.Clear(_state);
    }

    /// <summary>Releases the detector's tensors. The model stays loaded.</summary>
    public void Dispose() => _binding.Dispose();

    internal static int FrameLengthOf(int sampleRate) => sampleRate * 32 / 1000;

    internal static int ContextLength(int sampleRate) => sampleRate * 4 / 1000;
}
