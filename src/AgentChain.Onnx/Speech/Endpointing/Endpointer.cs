using System.Globalization;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Detects the start and the end of speech from the decisions of an <see cref="ISpeechDetector"/>.</summary>
/// <remarks>
/// Without another detector, the energy above a tracked noise floor decides (<see cref="EnergySpeechDetector"/>). There is no clock: time
/// is
/// the number of samples received, and the result does not depend on how they are split into calls. Use one instance per signal and dispose
/// it; not thread-safe; allocates nothing after construction beyond what its detector allocates.
/// </remarks>
public sealed class Endpointer : IDisposable
{
    private const int ClickMilliseconds = 30;

    private readonly EndpointerOptions _options;
    private readonly ISpeechDetector _detector;
    private readonly float[] _frame;
    private readonly int _minimumFrames, _sureFrames;
    private readonly long _hangOver; // in samples
    private readonly bool[] _recent; // whether each of the last frames was speech
    private int _inFrame;
    private long _frames;
    private int _loudRun, _loudRecent;
    private long _lastLoudEnd;

    /// <summary>Creates an endpointer.</summary>
    /// <param name="sampleRate">The sample rate of the mono signal in hertz, at least 1,000.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or an option is outside its range.</exception>
    /// <exception cref="ArgumentException">The detector takes another sample rate, or its frames are empty or longer than a
    /// second.</exception>
    public Endpointer(int sampleRate, EndpointerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1000);
        SampleRates.Check(sampleRate);
        _options = options ?? new EndpointerOptions();
        _options.Validate();
        SampleRate = sampleRate;
        _detector = CreateDetector(sampleRate, _options);
        int length = _detector.FrameLength;
        _frame = new float[length];
        _minimumFrames = Math.Max(1, (int)((long)_options.MinimumSpeechMilliseconds * sampleRate / 1000 / length));
        _sureFrames = Math.Max(1, (int)((long)ClickMilliseconds * sampleRate / 1000 / length));
        _hangOver = Math.Max(1, (long)_options.HangOverMilliseconds * sampleRate / 1000 / length) * length;
        _recent = new bool[_minimumFrames + _minimumFrames / 2];
        SpeechStart = -1;
        SpeechEnd = -1;
    }

    /// <summary>Gets the sample rate of the signal in hertz.</summary>
    public int SampleRate { get; }

    internal int FrameLength => _frame.Length;

    /// <summary>Gets the current state.</summary>
    public EndpointState State { get; private set; }

    /// <summary>Gets the number of samples processed since construction; <see cref="Continue"/> does not reset it.</summary>
    public long Position { get; private set; }

    /// <summary>Gets the position of the first sample of speech; -1 if there is no speech.</summary>
    public long SpeechStart { get; private set; }

    /// <summary>Gets the position after the last sample of speech so far; -1 if there is no speech.</summary>
    public long SpeechEnd { get; private set; }

    /// <summary>Gets the duration of silence after the speech; zero before and during speech.</summary>
    public TimeSpan TrailingSilence =>
        SpeechEnd < 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, Position - SpeechEnd) * TimeSpan.TicksPerSecond / SampleRate);

    /// <summary>Gets the current noise floor in decibels relative to full scale; NaN unless an <see cref="EnergySpeechDetector"/>
    /// decides.</summary>
    public double NoiseDecibels => _detector is EnergySpeechDetector energy ? energy.NoiseDecibels : double.NaN;

    /// <summary>Processes samples, up to the first one at which the speech counts as ended.</summary>
    /// <param name="samples">The next mono samples, full scale at -1 and 1.</param>
    /// <returns>The number of samples processed; fewer than all if the speech ended, 0 if it had already ended.</returns>
    /// <exception cref="InvalidOperationException">A detector of the host returned no probability.</exception>
    public int Accept(ReadOnlySpan<float> samples)
    {
        int taken = 0;
        while (taken < samples.Length && State != EndpointState.Ended)
        {
            int count = Math.Min(_frame.Length - _inFrame, samples.Length - taken);
            samples.Slice(taken, count).CopyTo(_frame.AsSpan(_inFrame));
            _inFrame += count;
            taken += count;
            Position += count;
            if (_inFrame == _frame.Length)
            {
                _inFrame = 0;
                float probability = _detector.Accept(_frame);
                EndFrame(probability is >= 0 and <= 1
                    ? probability >= _options.SpeechProbability
                    : throw new InvalidOperationException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{_detector.GetType().Name} returned {probability} for a frame; return the probability of speech, 0 to 1.")));
            }
        }

        return taken;
    }

    /// <summary>Starts listening for the next speech in the same signal; the detector's state is kept.</summary>
    public void Continue()
    {
        State = EndpointState.NoSpeech;
        SpeechStart = -1;
        SpeechEnd = -1;
        _loudRun = 0;
        _loudRecent = 0;
        Array.Clear(_recent);
    }

    /// <summary>Disposes the detector.</summary>
    public void Dispose() => _detector.Dispose();

    /// <summary>Returns the range of a recording that contains speech.</summary>
    /// <param name="audio">The recording.</param>
    /// <param name="options">The settings, or null for the defaults. Pauses of any length are inside the range.</param>
    /// <returns>The position of the first sample of speech and the one after the last; null if there is no speech.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is below 1,000 or an option is outside its range.</exception>
    public static (int Start, int End)? FindSpeech(PcmAudio audio, EndpointerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(audio);
        using Endpointer endpointer = new(audio.SampleRate, options);
        ReadOnlySpan<float> samples = audio.Samples.Span;
        long start = -1, end = -1;
        while (true)
        {
            samples = samples[endpointer.Accept(samples)..];
            if (endpointer.SpeechStart >= 0)
            {
                start = start < 0 ? endpointer.SpeechStart : start;
                end = endpointer.SpeechEnd;
            }

            if (samples.IsEmpty)
            {
                return start < 0 ? null : ((int)start, (int)end);
            }

            endpointer.Continue();
        }
    }

    private static ISpeechDetector CreateDetector(int sampleRate, EndpointerOptions options)
    {
        ISpeechDetector detector = options.CreateDetector?.Invoke(sampleRate) ?? new EnergySpeechDetector(sampleRate, options);
        string? problem = detector.SampleRate != sampleRate ? $"takes {detector.SampleRate} Hz, but the signal has {sampleRate} Hz"
            : detector.FrameLength < 1 || detector.FrameLength > sampleRate
            ? $"has frames of {detector.FrameLength} samples; 1 to {sampleRate} are allowed"
            : null;
        if (problem is null)
        {
            return detector;
        }

        detector.Dispose();
        throw new ArgumentException($"The detector of {nameof(EndpointerOptions)}.{nameof(EndpointerOptions.CreateDetector)} {problem}.",
            nameof(options));
    }

    private void EndFrame(bool isLoud)
    {
        int slot = (int)(_frames++ % _recent.Length);
        _loudRecent += (isLoud ? 1 : 0) - (_recent[slot] ? 1 : 0);
        _recent[slot] = isLoud;
        _loudRun = isLoud ? _loudRun + 1 : 0;
        if (State == EndpointState.NoSpeech && _loudRecent >= _minimumFrames)
        {
            State = EndpointState.Speech;
            SpeechStart = Math.Max(0, Position - FirstLoud() * _frame.Length);
            SpeechEnd = _lastLoudEnd = Position;
        }
        else if (State == EndpointState.Speech)
        {
            // One loud frame is a click; only several in a row extend the speech.
            _lastLoudEnd = _loudRun >= _sureFrames ? Position : _lastLoudEnd;
            SpeechEnd = _lastLoudEnd;
            if (Position - _lastLoudEnd >= _hangOver)
            {
                State = EndpointState.Ended;
            }
        }
    }

    // The age in frames of the oldest loud frame among the recent ones.
    private int FirstLoud()
    {
        int age = (int)Math.Min(_recent.Length, _frames);
        while (age > 1 && !_recent[(int)((_frames - age) % _recent.Length)])
        {
            age--;
        }

        return age;
    }
}
