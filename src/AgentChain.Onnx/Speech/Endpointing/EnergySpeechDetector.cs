using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Detects speech by its energy above a tracked noise floor. Needs no model.</summary>
/// <remarks>
/// Every 10 ms, the energy of the last 20 ms is compared with the quietest 50 ms of the last seconds (minimum statistics, R. Martin 2001)
/// plus a margin. A constant offset of the signal is removed first. Any loud sound counts as speech. Frames of one constant value (digital
/// silence) and frames with NaN or infinity are no speech and reveal nothing about the noise. Not thread-safe; no allocation after
/// construction.
/// </remarks>
public sealed class EnergySpeechDetector : ISpeechDetector
{
    private const int EarlyFrames = 100;
    private const double EarlyFloor = -30;
    private const double GatedFloor = -40;
    private const double HighPassHertz = 20;

    private readonly EndpointerOptions _options;
    private readonly double _decay; // of the high-pass filter, per sample
    private NoiseFloor _noise;
    private double _previousSum;    // sum of squares of the frame before
    private double _input, _output; // of the filter
    private bool _hasInput;

    /// <summary>Creates a detector.</summary>
    /// <param name="sampleRate">The sample rate of the mono signal in hertz, at least 1,000.</param>
    /// <param name="options">The margin, the lowest level and the noise window, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or an option is outside its range.</exception>
    public EnergySpeechDetector(int sampleRate, EndpointerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1000);
        SampleRates.Check(sampleRate);
        _options = options ?? new EndpointerOptions();
        _options.Validate();
        SampleRate = sampleRate;
        FrameLength = sampleRate / 100;
        _decay = Math.Exp(-2 * Math.PI * HighPassHertz / sampleRate);
        _noise = CreateFloor();
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public int FrameLength { get; }

    /// <summary>Gets the current noise floor in decibels relative to full scale.</summary>
    public double NoiseDecibels => Floor();

    /// <inheritdoc/>
    public float Accept(ReadOnlySpan<float> frame)
    {
        if (frame.Length != FrameLength)
        {
            throw new ArgumentException($"The frame has {frame.Length} samples; {FrameLength} are required.", nameof(frame));
        }

        // Otherwise a broken driver's NaN would invalidate the noise floor, and the detector would miss speech for seconds.
        double sum = Filter(frame, out bool isSilent);
        sum = isSilent || !double.IsFinite(sum) ? 0 : sum;
        double energy = ToDecibels(sum + _previousSum, 2 * FrameLength);
        _noise.Add(sum / FrameLength, !isSilent);
        _previousSum = sum;
        return energy > Math.Max(_options.MinimumDecibels, Floor() + _options.MarginDecibels) ? 1 : 0;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _noise = CreateFloor();
        _previousSum = _input = _output = 0;
        _hasInput = false;
    }

    /// <summary>Does nothing; the detector holds no resources.</summary>
    public void Dispose()
    {
    }

    private NoiseFloor CreateFloor() => new(_options.NoiseWindowMilliseconds / 10);

    // A first-order high-pass filter removes the offset that cheap microphones add. It starts at the first sample, so that the offset makes
    // no click. Returns the sum of squares.
    private double Filter(ReadOnlySpan<float> frame, out bool isSilent)
    {
        double sum = 0;
        int changes = 0;
        isSilent = false;
        foreach (float sample in frame)
        {
            if (!float.IsFinite(sample))
            {
                isSilent = true;
                continue;
            }

            if (!_hasInput)
            {
                _input = sample;
                _hasInput = true;
            }

            changes += sample == _input ? 0 : 1;
            _output = sample - _input + _decay * _output;
            _input = sample;
            sum += _output * _output;
        }

        isSilent |= changes <= frame.Length / 20;
        return sum;
    }

    // In the first second of a signal the quietest moment can still be speech, so EarlyFloor limits the noise floor. The same is true
    // if the pauses between words are digital silence: then nothing but speech is ever measured.
    private double Floor()
    {
        double floor = ToDecibels(_noise.Power, 1);
        return _noise.IsGated ? Math.Min(floor, GatedFloor) : _noise.Known < EarlyFrames ? Math.Min(floor, EarlyFloor) : floor;
    }

    private static double ToDecibels(double sum, int count) => 10 * Math.Log10(Math.Max(sum / count, 1e-12));
}
