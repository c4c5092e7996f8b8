using System.Numerics;

namespace AgentChain.Onnx.Speech.Features;

/// <summary>Computes Kaldi's log mel filter bank, frame by frame as audio arrives.</summary>
/// <remarks>
/// Matches Kaldi's <c>compute-fbank-feats</c> with <c>--snip-edges=false --dither=0 --window-type=povey --remove-dc-offset=true</c> and
/// <c>torchaudio.compliance.kaldi.fbank</c>. Frame t is centered on sample (t + 1/2) * shift, and the edges are mirrored. Each frame has
/// its mean removed, is pre-emphasized, windowed and zero-padded to a power of two. The power spectrum passes through mel filters. Energies
/// are floored at the single-precision epsilon, 1.1920929e-7, before the natural logarithm. Samples are expected in [-1, 1]. The frames do
/// not depend on how the audio is split. Use one instance per signal; not thread-safe; no allocation per frame after warm-up.
/// </remarks>
sealed class KaldiFbank
{
    /// <summary>The value of every filter in a frame of digital silence: ln(1.1920929e-7).</summary>
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

    /// <summary>Creates a filter bank.</summary>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">A setting is outside its range, or the settings are inconsistent.</exception>
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

    /// <summary>Gets the number of values per frame.</summary>
    public int Dimension => _filters.Count;

    /// <summary>Gets the number of frames that can be read now.</summary>
    public int Available
    {
        get
        {
            long received = _origin + _count;
            long known =
                _finished ? (received + _shift / 2) / _shift : received + _lead < _length ? 0 : (received + _lead - _length) / _shift + 1;
            return (int)Math.Max(0, known - _next);
        }
    }

    /// <summary>Adds the next samples.</summary>
    /// <param name="samples">The mono samples in [-1, 1] at the options' sample rate.</param>
    /// <exception cref="InvalidOperationException"><see cref="Finish"/> was called, without a later <see cref="Reset"/>.</exception>
    public void Accept(ReadOnlySpan<float> samples)
    {
        if (_finished)
        {
            throw new InvalidOperationException("The signal is finished; reset the filter bank to start another one.");
        }

        if (_count + samples.Length > _samples.Length)
        {
            Compact(samples.Length);
        }

        samples.CopyTo(_samples.AsSpan(_count));
        _count += samples.Length;
    }

    /// <summary>Marks the end of the samples, so that the frames that extend past the end become available.</summary>
    public void Finish() => _finished = true;

    /// <summary>Reads frames.</summary>
    /// <param name="frames">Receives the available whole frames that fit, one after the other, <see cref="Dimension"/> values each.</param>
    /// <returns>The number of frames written.</returns>
    public int Read(Span<float> frames)
    {
        int count = Math.Min(Available, frames.Length / Dimension);
        for (int i = 0; i < count; i++)
        {
            Compute(_next++ * _shift - _lead, frames.Slice(i * Dimension, Dimension));
        }

        return count;
    }

    /// <summary>Discards the signal so that another one can start.</summary>
    public void Reset()
    {
        _origin = 0;
        _count = 0;
        _next = 0;
        _finished = false;
    }

    /// <summary>Computes the frames of a whole signal.</summary>
    /// <param name="samples">The mono samples in [-1, 1] at the options' sample rate.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <returns>The frames, one after the other; their number is (samples + shift / 2) / shift.</returns>
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
            // Mirrors with the edge sample repeated, several times if the signal is very short.
            long at = start + i;
            while (at < 0 || at >= end)
            {
                at = at < 0 ? -1 - at : 2 * end - 1 - at;
            }

            frame[i] = _samples[at - _origin];
        }
    }
}
