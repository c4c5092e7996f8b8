namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Represents an immutable piece of mono audio: float samples in [-1, 1] at a sample rate.</summary>
/// <remarks>Safe to share between threads. Values outside [-1, 1] are kept, and clipped only when they are written as integers.</remarks>
public sealed class PcmAudio
{
    /// <summary>Creates a piece of audio from a copy of the samples.</summary>
    /// <param name="samples">The mono samples, full scale at -1 and 1.</param>
    /// <param name="sampleRate">The sample rate in hertz, 1 to 768,000.</param>
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

    /// <summary>Gets the samples.</summary>
    public ReadOnlyMemory<float> Samples { get; }

    /// <summary>Gets the sample rate in hertz.</summary>
    public int SampleRate { get; }

    /// <summary>Gets the number of samples.</summary>
    public int Length => Samples.Length;

    /// <summary>Gets the playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks((long)Samples.Length * TimeSpan.TicksPerSecond / SampleRate);

    /// <summary>Wraps an array without copying it. The caller must not write to the array afterward.</summary>
    /// <param name="samples">The mono samples, full scale at -1 and 1.</param>
    /// <param name="sampleRate">The sample rate in hertz, 1 to 768,000.</param>
    /// <returns>The audio, backed by <paramref name="samples"/> itself.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is outside its range.</exception>
    public static PcmAudio Adopt(float[] samples, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new PcmAudio(sampleRate, samples);
    }

    /// <summary>Creates silent audio.</summary>
    /// <param name="duration">The playing time; not negative.</param>
    /// <param name="sampleRate">The sample rate in hertz, 1 to 768,000.</param>
    /// <returns>The silent audio.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative, or the sample rate is outside its range.</exception>
    public static PcmAudio Silence(TimeSpan duration, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        SampleRates.Check(sampleRate);
        return Adopt(new float[checked((int)(duration.Ticks * sampleRate / TimeSpan.TicksPerSecond))], sampleRate);
    }

    /// <summary>Joins pieces of the same sample rate end to end.</summary>
    /// <param name="pieces">The pieces; at least one, all of the same sample rate.</param>
    /// <returns>The joined audio.</returns>
    /// <exception cref="ArgumentException">There are no pieces, or two pieces differ in sample rate.</exception>
    public static PcmAudio Concat(IReadOnlyList<PcmAudio> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (pieces.Count == 0)
        {
            throw new ArgumentException("At least one piece of audio is needed to determine the sample rate.", nameof(pieces));
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

    /// <summary>Returns a range of the samples without copying them.</summary>
    /// <param name="start">The first sample, 0 to <see cref="Length"/>.</param>
    /// <param name="length">The number of samples.</param>
    /// <returns>The range, at the same sample rate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the audio.</exception>
    public PcmAudio Slice(int start, int length) => new(SampleRate, Samples.Slice(start, length));

    /// <summary>Returns the same audio at another sample rate, band-limited (see <see cref="Resampler"/>).</summary>
    /// <param name="sampleRate">The target rate in hertz, 1 to 768,000.</param>
    /// <returns>The resampled audio; this instance if it already has that rate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside its range.</exception>
    public PcmAudio Resample(int sampleRate)
    {
        SampleRates.Check(sampleRate);
        return sampleRate == SampleRate ? this : Adopt(Resampler.Resample(Samples.Span, SampleRate, sampleRate), sampleRate);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Duration.TotalSeconds:0.###} s at {SampleRate} Hz");
}
