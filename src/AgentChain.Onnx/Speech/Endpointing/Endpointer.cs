using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Detects the start and the end of speech by its energy above a tracked noise floor.</summary>
/// <remarks>
/// Every 10 ms, the energy of the last 20 ms is compared with the quietest 50 ms of the last seconds (minimum statistics, R. Martin 2001)
/// plus a margin. There is no clock: time is the number of samples received, and the result does not depend on how they are split into
/// calls. An energy detector takes any loud sound for speech. A 10 ms frame with NaN or infinity counts as digital silence. Use one
/// instance per signal; not thread-safe; no allocation after construction.
/// </remarks>
public sealed class Endpointer
{
    private const double DigitalSilence = -90;
    private const int EarlyFrames = 100;
    private const double EarlyFloor = -30;

    private readonly EndpointerOptions _options;
    private readonly int _frameLength;
    private readonly int _minimumFrames, _hangOverFrames;
    private readonly NoiseFloor _noise;
    private readonly bool[] _recent;   // whether each of the last frames was loud
    private double _sum, _previousSum; // sums of squares of this frame and the previous one
    private int _inFrame;
    private long _frames;
    private int _loudRun, _loudRecent;
    private long _lastLoudEnd;

    /// <summary>Creates an endpointer.</summary>
    /// <param name="sampleRate">The sample rate of the mono signal in hertz, at least 1,000.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or an option is outside its range.</exception>
    public Endpointer(int sampleRate, EndpointerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1000);
        SampleRates.Check(sampleRate);
        _options = options ?? new EndpointerOptions();
        _options.Validate();
        SampleRate = sampleRate;
        _frameLength = sampleRate / 100;
        _minimumFrames = Math.Max(1, _options.MinimumSpeechMilliseconds / 10);
        _hangOverFrames = _options.HangOverMilliseconds / 10;
        _noise = new NoiseFloor(_options.NoiseWindowMilliseconds / 10);
        _recent = new bool[_minimumFrames + _minimumFrames / 2];
        SpeechStart = -1;
        SpeechEnd = -1;
    }

    /// <summary>Gets the sample rate of the signal in hertz.</summary>
    public int SampleRate { get; }

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

    /// <summary>Gets the current noise floor in decibels relative to full scale.</summary>
    public double NoiseDecibels => Floor();

    /// <summary>Processes samples, up to the first one at which the speech counts as ended.</summary>
    /// <param name="samples">The next mono samples, full scale at -1 and 1.</param>
    /// <returns>The number of samples processed; fewer than all if the speech ended, 0 if it had already ended.</returns>
    public int Accept(ReadOnlySpan<float> samples)
    {
        int taken = 0;
        while (taken < samples.Length && State != EndpointState.Ended)
        {
            int count = Math.Min(_frameLength - _inFrame, samples.Length - taken);
            double sum = 0;
            foreach (float sample in samples.Slice(taken, count))
            {
                sum += (double)sample * sample;
            }

            _sum += sum;
            _inFrame += count;
            taken += count;
            Position += count;
            if (_inFrame == _frameLength)
            {
                EndFrame();
            }
        }

        return taken;
    }

    /// <summary>Starts listening for the next speech in the same signal; the noise floor is kept.</summary>
    public void Continue()
    {
        State = EndpointState.NoSpeech;
        SpeechStart = -1;
        SpeechEnd = -1;
        _loudRun = 0;
        _loudRecent = 0;
        Array.Clear(_recent);
    }

    /// <summary>Returns the range of a recording that contains speech.</summary>
    /// <param name="audio">The recording.</param>
    /// <param name="options">The settings, or null for the defaults. Pauses of any length are inside the range.</param>
    /// <returns>The position of the first sample of speech and the one after the last; null if there is no speech.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is below 1,000 or an option is outside its range.</exception>
    public static (int Start, int End)? FindSpeech(PcmAudio audio, EndpointerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(audio);
        Endpointer endpointer = new(audio.SampleRate, options);
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

    private void EndFrame()
    {
        // Otherwise a broken driver's NaN would invalidate the noise floor, and the endpointer would miss speech for seconds.
        _sum = double.IsFinite(_sum) ? _sum : 0;
        double energy = ToDecibels(_sum + _previousSum, 2 * _frameLength);
        _noise.Add(_sum / _frameLength, energy > DigitalSilence);
        _previousSum = _sum;
        _sum = 0;
        _inFrame = 0;
        bool isLoud = energy > Math.Max(_options.MinimumDecibels, Floor() + _options.MarginDecibels);
        int slot = (int)(_frames++ % _recent.Length);
        _loudRecent += (isLoud ? 1 : 0) - (_recent[slot] ? 1 : 0);
        _recent[slot] = isLoud;
        _loudRun = isLoud ? _loudRun + 1 : 0;
        if (State == EndpointState.NoSpeech && _loudRecent >= _minimumFrames)
        {
            State = EndpointState.Speech;
            SpeechStart = Math.Max(0, Position - FirstLoud() * _frameLength);
            SpeechEnd = _lastLoudEnd = Position;
        }
        else if (State == EndpointState.Speech)
        {
            // One loud frame is a click; only three in a row extend the speech.
            _lastLoudEnd = _loudRun >= 3 ? Position : _lastLoudEnd;
            SpeechEnd = _lastLoudEnd;
            if (Position - _lastLoudEnd >= (long)_hangOverFrames * _frameLength)
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

    // In the first second of a signal the quietest moment can still be speech, so EarlyFloor limits the noise floor.
    private double Floor()
    {
        double floor = ToDecibels(_noise.Power, 1);
        return _noise.Known < EarlyFrames ? Math.Min(floor, EarlyFloor) : floor;
    }

    private static double ToDecibels(double sum, int count) => 10 * Math.Log10(Math.Max(sum / count, 1e-12));
}
