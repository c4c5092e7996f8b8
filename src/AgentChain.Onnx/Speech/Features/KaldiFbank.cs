using System.Numerics;

namespace AgentChain.Onnx.Speech.Features;

/// <summary>Kaldi's log mel filter bank, frame by frame while audio comes in.</summary>
/// <remarks>
/// As Kaldi's <c>compute-fbank-feats</c> with <c>--snip-edges=false --dither=0 --window-type=povey --remove-dc-offset=true</c>, and as
/// <c>torchaudio.compliance.kaldi.fbank</c> does it: frame t is centred on sample (t + 1/2) * shift, the edges are mirrored, each frame has its
/// mean removed, is pre-emphasised, windowed and zero-padded to a power of two; the power spectrum goes through mel filters, and the natural
/// logarithm is floored at the smallest float above 1 (minus 1). Samples are expected in [-1, 1].
/// The frames do not depend on how the audio is cut. One instance per signal; not thread-safe; no allocation per frame after warm-up.
/// </remarks>
public sealed class KaldiFbank
{
    /// <summary>What a frame of digital silence holds in every filter: ln(1.1920929e-7).</summary>
    public const float Floor = -15.942385f;

    private const float Epsilon = 1.1920929e-7f;

    private readonly KaldiFbankOptions _options;
    private readonly MelFilterBank _filters;
    private readonly RealFft _fft;
    private readonly float[] _window, _frame, _power;
    private readonly int _length, _shift, _lead;
    private float[] _samples;
    private long _origin; // position of _samples[0]
    private int _count;
    private long _next;   // next frame
    private bool _finished;

    /// <summary>Prepares windows and filters.</summary>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">The settings contradict themselves.</exception>
    public KaldiFbank(KaldiFbankOptions? options = null)
    {
        _options = options ?? new KaldiFbankOptions();
        _options.Validate();
        _length = _options.FrameLength;
        _shift = _options.FrameShift;
        _lead = _length / 2 - _shift / 2;
        int padded = (int)BitOperations.RoundUpToPowerOf2((uint)_length);
        _fft = new RealFft(padded);
        _filters = MelFilterBank.Kaldi(_options.MelFilters, padded, _options.SampleRate, _options.LowFrequency, _options.HighEnd);
        _frame = new float[padded];
        _power = new float[_fft.Bins];
        _window = new float[_length];
        for (int i = 0; i < _length; i++)
        {
            _window[i] = (float)Math.Pow(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / (_length - 1)), 0.85);
        }

        _samples = new float[_options.SampleRate];
    }

    /// <summary>Values per frame.</summary>
    public int Dimension => _filters.Count;

    /// <summary>Frames that can be read now.</summary>
    public int Available
    {
        get
        {
            long received = _origin + _count;
            long known = _finished ? (received + _shift / 2) / _shift : received + _lead < _length ? 0 : (received + _lead - _length) / _shift + 1;
            return (int)Math.Max(0, known - _next);
        }
    }

    /// <summary>Takes the next samples.</summary>
    /// <param name="samples">Mono samples in [-1, 1] at the options' rate.</param>
    /// <exception cref="InvalidOperationException"><see cref="Finish"/> was called and <see cref="Reset"/> was not.</exception>
    public void Accept(ReadOnlySpan<float> samples)
    {
        if (_finished)
        {
            throw new InvalidOperationException("The signal was finished; reset the filter bank to begin another one.");
        }

        if (_count + samples.Length > _samples.Length)
        {
            Compact(samples.Length);
        }

        samples.CopyTo(_samples.AsSpan(_count));
        _count += samples.Length;
    }

    /// <summary>Says that no more samples come, so that the frames over the end become available.</summary>
    public void Finish() => _finished = true;

    /// <summary>Reads frames.</summary>
    /// <param name="frames">Receives as many whole frames as fit and are available, one after the other, <see cref="Dimension"/> values each.</param>
    /// <returns>Number of frames written.</returns>
    public int Read(Span<float> frames)
    {
        int count = Math.Min(Available, frames.Length / Dimension);
        for (int i = 0; i < count; i++)
        {
            Compute(_next++ * _shift - _lead, frames.Slice(i * Dimension, Dimension));
        }

        return count;
    }

    /// <summary>Forgets the signal, to begin another one.</summary>
    public void Reset()
    {
        _origin = 0;
        _count = 0;
        _next = 0;
        _finished = false;
    }

    /// <summary>The frames of a whole signal.</summary>
    /// <param name="samples">Mono samples in [-1, 1] at the options' rate.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <returns>Frames one after the other; (samples + shift / 2) / shift of them.</returns>
    public static float[] Compute(ReadOnlySpan<float> samples, KaldiFbankOptions? options = null)
    {
        KaldiFbank bank = new(options);
        bank.Accept(samples);
        bank.Finish();
        float[] frames = new float[bank.Available * bank.Dimension];
        bank.Read(frames);
        return frames;
    }

    private void Compact(int incoming)
    {
        // The mirror at the end reaches back one frame length from the last sample.
        long keepFrom = Math.Max(_origin, Math.Min(_next * _shift - _lead, _origin + _count) - _length);
        int drop = (int)(keepFrom - _origin), keep = _count - drop;
        float[] target = keep + incoming > _samples.Length ? new float[2 * (keep + incoming)] : _samples;
        _samples.AsSpan(drop, keep).CopyTo(target);
        _samples = target;
        _origin = keepFrom;
        _count = keep;
    }

    private void Compute(long start, Span<float> energies)
    {
        Span<float> frame = _frame.AsSpan(0, _length);
        Gather(start, frame);
        float mean = 0;
        foreach (float sample in frame)
        {
            mean += sample;
        }

        mean /= _length;
        float previous = frame[0] - mean;
        for (int i = 0; i < _length; i++)
        {
            float centred = frame[i] - mean;
            frame[i] = (centred - _options.Preemphasis * previous) * _window[i];
            previous = centred;
        }

        _fft.Power(_frame, _power);
        _filters.Apply(_power, energies);
        for (int i = 0; i < energies.Length; i++)
        {
            energies[i] = MathF.Log(Math.Max(energies[i], Epsilon));
        }
    }

    private void Gather(long start, Span<float> frame)
    {
        long end = _origin + _count;
        if (start >= _origin && start + _length <= end)
        {
            _samples.AsSpan((int)(start - _origin), _length).CopyTo(frame);
            return;
        }

        for (int i = 0; i < _length; i++)
        {
            // Mirrored with the edge sample repeated, as often as a very short signal needs.
            long at = start + i;
            while (at < 0 || at >= end)
            {
                at = at < 0 ? -1 - at : 2 * end - 1 - at;
            }

            frame[i] = _samples[at - _origin];
        }
    }
}
