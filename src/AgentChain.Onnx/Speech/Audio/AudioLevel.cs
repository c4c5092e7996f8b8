namespace AgentChain.Onnx.Speech.Audio;

/// <summary>How loud samples are: peak, root mean square, silence.</summary>
public static class AudioLevel
{
    /// <summary>What <see cref="IsSilent"/> takes for silence unless told otherwise: -60 decibels below full scale.</summary>
    public const float SilenceDecibels = -60f;

    /// <summary>The largest magnitude.</summary>
    /// <param name="samples">Mono or interleaved samples.</param>
    /// <returns>0 for no samples.</returns>
    public static float Peak(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (float sample in samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        return peak;
    }

    /// <summary>The root of the mean square.</summary>
    /// <param name="samples">Mono or interleaved samples.</param>
    /// <returns>0 for no samples; 0.707 for a sine at full scale.</returns>
    public static float RootMeanSquare(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
        {
            return 0;
        }

        double sum = 0;
        foreach (float sample in samples)
        {
            sum += (double)sample * sample;
        }

        return (float)Math.Sqrt(sum / samples.Length);
    }

    /// <summary>A linear amplitude in decibels relative to full scale.</summary>
    /// <param name="amplitude">An amplitude; 1 is full scale.</param>
    /// <returns>0 for full scale; never less than -120, the value for silence.</returns>
    public static float ToDecibels(float amplitude) => Math.Max(-120f, 20f * MathF.Log10(Math.Max(amplitude, 1e-9f)));

    /// <summary>Whether no 50 ms of the audio is louder than a threshold.</summary>
    /// <param name="audio">The audio; one shorter than 50 ms is judged as a whole.</param>
    /// <param name="thresholdDecibels">Root mean square in decibels below full scale; default -60.</param>
    /// <returns>True for digital silence, for a hiss below the threshold and for no samples at all.</returns>
    public static bool IsSilent(PcmAudio audio, float thresholdDecibels = SilenceDecibels)
    {
        ArgumentNullException.ThrowIfNull(audio);
        ReadOnlySpan<float> samples = audio.Samples.Span;
        int window = Math.Max(1, audio.SampleRate / 20);
        for (int start = 0; start < samples.Length; start += window)
        {
            // The last window is moved back to a full one, so that a click at the very end is not blown up by a short mean.
            int from = Math.Max(0, Math.Min(start, samples.Length - window));
            if (ToDecibels(RootMeanSquare(samples.Slice(from, Math.Min(window, samples.Length - from)))) > thresholdDecibels)
            {
                return false;
            }
        }

        return true;
    }
}
