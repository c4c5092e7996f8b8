using System.Buffers;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Passes speech and blocks silence. Each stretch of speech includes a short pre-roll and the hang-over after it.</summary>
/// <remarks>Has no clock, like its <see cref="Endpointer"/>. Use one instance per signal; dispose it; not thread-safe.</remarks>
public sealed class SpeechGate : IDisposable
{
    private readonly Endpointer _endpointer;
    private readonly float[] _held; // the last samples before speech, oldest first
    private int _heldCount;

    /// <summary>Creates a gate.</summary>
    /// <param name="sampleRate">The sample rate of the mono signal in hertz, at least 1,000.</param>
    /// <param name="options">The settings of the endpointer, or null for the defaults.</param>
    /// <param name="preRollMilliseconds">The duration passed before speech, 0 to 5,000; default 200, which keeps soft onsets.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">The detector of the options takes another sample rate.</exception>
    public SpeechGate(int sampleRate, EndpointerOptions? options = null, int preRollMilliseconds = 200)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(preRollMilliseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(preRollMilliseconds, 5000);
        _endpointer = new Endpointer(sampleRate, options);
        int sure = (options ?? new EndpointerOptions()).MinimumSpeechMilliseconds * 2;
        _held = new float[(preRollMilliseconds + sure + 20) * sampleRate / 1000 + 2 * _endpointer.FrameLength];
        PreRoll = preRollMilliseconds * sampleRate / 1000;
    }

    /// <summary>Gets the endpointer that detects the speech. Only read it; do not pass samples to it.</summary>
    public Endpointer Endpointer => _endpointer;

    /// <summary>Gets a value that indicates whether any speech was passed since construction.</summary>
    public bool HeardSpeech { get; private set; }

    /// <summary>Gets the number of samples passed before the first sample of speech.</summary>
    public int PreRoll { get; }

    /// <summary>Processes samples, up to the first one at which the speech counts as ended.</summary>
    /// <param name="samples">The next mono samples.</param>
    /// <param name="passed">Receives the samples that pass.</param>
    /// <returns>The number of samples processed: all, or fewer if the speech ended; then call <see cref="Continue"/> to continue.</returns>
    public int Accept(ReadOnlySpan<float> samples, IBufferWriter<float> passed)
    {
        ArgumentNullException.ThrowIfNull(passed);
        bool wasOpen = _endpointer.State == EndpointState.Speech;
        int taken = _endpointer.Accept(samples);
        samples = samples[..taken];
        if (wasOpen)
        {
            passed.Write(samples);
            return taken;
        }

        if (_endpointer.SpeechStart < 0)
        {
            Hold(samples);
            return taken;
        }

        HeardSpeech = true;
        long wanted = Math.Max(0, _endpointer.Position - _endpointer.SpeechStart) + PreRoll;
        int fromHeld = (int)Math.Clamp(wanted - samples.Length, 0, _heldCount);
        passed.Write(_held.AsSpan(_heldCount - fromHeld, fromHeld));
        passed.Write(wanted < samples.Length ? samples[^(int)wanted..] : samples);
        _heldCount = 0;
        return taken;
    }

    /// <summary>Disposes the endpointer and its detector.</summary>
    public void Dispose() => _endpointer.Dispose();

    /// <summary>Closes the gate until the next speech.</summary>
    public void Continue() => _endpointer.Continue();

    private void Hold(ReadOnlySpan<float> samples)
    {
        if (samples.Length >= _held.Length)
        {
            samples[^_held.Length..].CopyTo(_held);
            _heldCount = _held.Length;
            return;
        }

        int keep = Math.Min(_heldCount, _held.Length - samples.Length);
        _held.AsSpan(_heldCount - keep, keep).CopyTo(_held);
        samples.CopyTo(_held.AsSpan(keep));
        _heldCount = keep + samples.Length;
    }
}
