namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Measures the level of samples: peak, root mean square, silence.</summary>
public static class AudioLevel
{
    /// <summary>The default threshold of <see cref="IsSilent"/>: -60 decibels relative to full scale.</summary>
    public const float SilenceDecibels = -60f;

    /// <summary>Returns the largest magnitude.</summary>
    /// <param name="samples">Mono or interleaved samples.</param>
    /// <returns>The largest magnitude; 0 for no samples.</returns>
    public static float Peak(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (float sample in samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        return peak;
    }

    /// <summary>Returns the root mean square.</summary>
    /// <param name="samples">Mono or interleaved samples.</param>
    /// <returns>The root mean square: 0 for no samples; 0.707 for a sine at full scale.</returns>
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

    /// <summary>Converts a linear amplitude to decibels relative to full scale.</summary>
    /// <param name="amplitude">The amplitude; 1 is full scale.</param>
    /// <returns>The level: 0 for full scale, and at least -120, the value for silence.</returns>
    public static float ToDecibels(float amplitude) => Math.Max(-120f, 20f * MathF.Log10(Math.Max(amplitude, 1e-9f)));

    /// <summary>Determines whether no 50 ms of the audio is louder than a threshold.</summary>
    /// <param name="audio">The audio. If shorter than 50 ms, it is measured as a whole.</param>
    /// <param name="thresholdDecibels">The root mean square in decibels relative to full scale; default -60.</param>
    /// <returns>True for digital silence, noise up to the threshold, and no samples at all.</returns>
    public static bool IsSilent(PcmAudio audio, float thresholdDecibels = SilenceDecibels)
    {
        ArgumentNullException.ThrowIfNull(audio);
        ReadOnlySpan<float> samples = audio.Samples.Span;
        int window = Math.Max(1, audio.SampleRate / 20);
        for (int start = 0; start < samples.Length; start += window)
        {
            // The last window is moved back to full length, so that a short mean does not exaggerate a click at the very end.
            int from = Math.Max(0, Math.Min(start, samples.Length - window));
            if (ToDecibels(RootMeanSquare(samples.Slice(from, Math.Min(window, samples.Length - from)))) > thresholdDecibels)
            {
                return false;
            }
        }

        return true;
    }
}
