namespace AgentChain.Onnx.Speech.Features;

/// <summary>Computes the log-mel spectrogram that Whisper models take.</summary>
/// <remarks>
/// Matches OpenAI's <c>log_mel_spectrogram</c>: 16 kHz audio is padded or cut to 30 s. A centered short-time transform takes 400 samples
/// every 160, with mirrored edges and a periodic Hann window; the last frame is dropped. The squared magnitudes pass through Slaney's mel
/// filters over 0 to 8 kHz. Energies are floored at 1e-10 before log10, logarithms at 8 below the maximum, and the result is (x + 4) / 4.
/// Holds scratch memory: not thread-safe.
/// </remarks>
sealed class WhisperMel
{
    /// <summary>The sample rate of the audio in hertz.</summary>
    public const int SampleRate = 16_000;

    /// <summary>The number of frames of a 30 s window.</summary>
    public const int Frames = 3000;

    private const int Length = 400, Shift = 160, Samples = Frames * Shift;

    private readonly MelFilterBank _filters;
    private readonly RealFft _fft = new(Length);
    private readonly float[] _window = new float[Length], _frame = new float[Length], _power = new float[Length / 2 + 1];
    private readonly float[] _energies;

    /// <summary>Creates the filters.</summary>
    /// <param name="melFilters">The number of mel filters: 80, or 128 for large-v3.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of filters is less than 1 or more than 128.</exception>
    public WhisperMel(int melFilters = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(melFilters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(melFilters, 128);
        _filters = MelFilterBank.Slaney(melFilters, Length, SampleRate);
        _energies = new float[melFilters];
        for (int i = 0; i < Length; i++)
        {
            _window[i] = (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Length));
        }
    }

    /// <summary>Gets the number of mel filters.</summary>
    public int MelFilters => _filters.Count;

    /// <summary>Computes the spectrogram of up to 30 s.</summary>
    /// <param name="samples">The mono samples in [-1, 1] at 16 kHz; samples beyond 30 s are ignored.</param>
    /// <param name="features">Receives float[<see cref="MelFilters"/>, 3000], one row per filter: the encoder's <c>input_features</c> for a
    /// batch of one.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> has the wrong length.</exception>
    public void Compute(ReadOnlySpan<float> samples, Span<float> features)
    {
        if (features.Length != MelFilters * Frames)
        {
            throw new ArgumentException($"The features need {MelFilters} x {Frames} = {MelFilters * Frames} values; the span has {features.Length}.", nameof(features));
        }

        samples = samples[..Math.Min(samples.Length, Samples)];
        float maximum = float.NegativeInfinity;
        for (int frame = 0; frame < Frames; frame++)
        {
            int start = frame * Shift - Length / 2;
            if (start >= samples.Length && start + Length <= Samples)
            {
                Array.Clear(_energies); // only padding
            }
            else
            {
                Gather(samples, start);
                _fft.Power(_frame, _power);
                _filters.Apply(_power, _energies);
            }

            for (int filter = 0; filter < _energies.Length; filter++)
            {
                float value = MathF.Log10(Math.Max(_energies[filter], 1e-10f));
                features[filter * Frames + frame] = value;
                maximum = Math.Max(maximum, value);
            }
        }

        foreach (ref float value in features)
        {
            value = (Math.Max(value, maximum - 8f) + 4f) / 4f;
        }
    }

    private void Gather(ReadOnlySpan<float> samples, int start)
    {
        for (int i = 0; i < Length; i++)
        {
            // Mirrors around the edge samples without repeating them.
            int at = Math.Abs(start + i);
            at = at < Samples ? at : 2 * (Samples - 1) - at;
            _frame[i] = at < samples.Length ? samples[at] * _window[i] : 0;
        }
    }
}
