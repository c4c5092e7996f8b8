namespace AgentChain.Onnx.Speech.Audio;

/// <summary>An immutable piece of mono audio: float samples in [-1, 1] at a sample rate.</summary>
/// <remarks>Safe to share between threads. Values outside [-1, 1] are kept as they are and clipped only when written as integers.</remarks>
public sealed class PcmAudio
{
    /// <summary>Copies samples into a new piece of audio.</summary>
    /// <param name="samples">Mono samples, full scale at -1 and 1.</param>
    /// <param name="sampleRate">Samples per second, 1 to 768,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is outside its range.</exception>
    public PcmAudio(ReadOnlySpan<float> samples, int sampleRate)
        : this(sampleRate, samples.ToArray())
    {
    }

    private PcmAudio(int sampleRate, ReadOnlyMemory<float> samples)
    {
        SampleRates.Check(sampleRate);
        Samples = samples;
        SampleRate = sampleRate;
    }

    /// <summary>The samples.</summary>
    public ReadOnlyMemory<float> Samples { get; }

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>Number of samples.</summary>
    public int Length => Samples.Length;

    /// <summary>How long it plays.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks((long)Samples.Length * TimeSpan.TicksPerSecond / SampleRate);

    /// <summary>Wraps an array without copying it. The caller gives the array up and must not write to it again.</summary>
    /// <param name="samples">Mono samples, full scale at -1 and 1.</param>
    /// <param name="sampleRate">Samples per second, 1 to 768,000.</param>
    /// <returns>The audio, backed by <paramref name="samples"/> itself.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is outside its range.</exception>
    public static PcmAudio Adopt(float[] samples, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new PcmAudio(sampleRate, samples);
    }

    /// <summary>Zeros of a given length.</summary>
    /// <param name="duration">How long; not negative.</param>
    /// <param name="sampleRate">Samples per second, 1 to 768,000.</param>
    /// <returns>The silent audio.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative or the rate outside its range.</exception>
    public static PcmAudio Silence(TimeSpan duration, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        SampleRates.Check(sampleRate);
        return Adopt(new float[checked((int)(duration.Ticks * sampleRate / TimeSpan.TicksPerSecond))], sampleRate);
    }

    /// <summary>Joins pieces of one sample rate end to end.</summary>
    /// <param name="pieces">At least one piece; all of the same rate.</param>
    /// <returns>The joined audio.</returns>
    /// <exception cref="ArgumentException">There is no piece, or two pieces differ in sample rate.</exception>
    public static PcmAudio Concat(IReadOnlyList<PcmAudio> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (pieces.Count == 0)
        {
            throw new ArgumentException("At least one piece of audio is needed to know the sample rate.", nameof(pieces));
        }

        int rate = pieces[0].SampleRate, total = 0;
        foreach (PcmAudio piece in pieces)
        {
            if (piece.SampleRate != rate)
            {
                throw new ArgumentException($"Pieces of {rate} Hz and {piece.SampleRate} Hz cannot be joined; resample them first.", nameof(pieces));
            }

            total = checked(total + piece.Length);
        }

        float[] joined = new float[total];
        int at = 0;
        foreach (PcmAudio piece in pieces)
        {
            piece.Samples.CopyTo(joined.AsMemory(at));
            at += piece.Length;
        }

        return Adopt(joined, rate);
    }

    /// <summary>A range of the samples, without copying them.</summary>
    /// <param name="start">First sample, 0 to <see cref="Length"/>.</param>
    /// <param name="length">Number of samples.</param>
    /// <returns>The range as audio of the same rate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the audio.</exception>
    public PcmAudio Slice(int start, int length) => new(SampleRate, Samples.Slice(start, length));

    /// <summary>The same audio at another rate, band-limited (see <see cref="Resampler"/>).</summary>
    /// <param name="sampleRate">The wanted rate, 1 to 768,000 samples per second.</param>
    /// <returns>This instance when the rate is already right.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside its range.</exception>
    public PcmAudio Resample(int sampleRate)
    {
        SampleRates.Check(sampleRate);
        return sampleRate == SampleRate ? this : Adopt(Resampler.Resample(Samples.Span, SampleRate, sampleRate), sampleRate);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Duration.TotalSeconds:0.###} s at {SampleRate} Hz");
}
