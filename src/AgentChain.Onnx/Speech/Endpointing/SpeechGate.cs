using System.Buffers;

namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Passes speech on and holds silence back: each stretch of speech with a little before it and the hang-over after it.</summary>
/// <remarks>Pure like its <see cref="Endpointer"/>. One instance per signal; not thread-safe.</remarks>
public sealed class SpeechGate
{
    private readonly Endpointer _endpointer;
    private readonly float[] _held; // the last samples before speech, oldest first
    private int _heldCount;

    /// <summary>Makes a gate.</summary>
    /// <param name="sampleRate">Samples per second of the mono signal, at least 1,000.</param>
    /// <param name="options">Settings of the endpointer; null for the defaults.</param>
    /// <param name="preRollMilliseconds">How much of what lies before the speech is passed, 0 to 5,000; default 200, so that a soft first sound is not lost.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public SpeechGate(int sampleRate, EndpointerOptions? options = null, int preRollMilliseconds = 200)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(preRollMilliseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(preRollMilliseconds, 5000);
        _endpointer = new Endpointer(sampleRate, options);
        int sure = (options ?? new EndpointerOptions()).MinimumSpeechMilliseconds * 2;
        _held = new float[(preRollMilliseconds + sure + 20) * sampleRate / 1000];
        PreRoll = preRollMilliseconds * sampleRate / 1000;
    }

    /// <summary>What finds the speech. Read it; do not feed it.</summary>
    public Endpointer Endpointer => _endpointer;

    /// <summary>Whether any speech was passed since the beginning.</summary>
    public bool HeardSpeech { get; private set; }

    /// <summary>Samples passed before the first one of speech.</summary>
    public int PreRoll { get; }

    /// <summary>Takes samples up to the first one at which speech counts as ended.</summary>
    /// <param name="samples">The next mono samples.</param>
    /// <param name="passed">Receives what is passed on.</param>
    /// <returns>How many were taken: all of them, or fewer when the speech ended; then call <see cref="Continue"/> to go on.</returns>
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
