namespace AgentChain.Onnx.Speech.Features;

/// <summary>Provides settings for a <see cref="KaldiFbank"/>. The defaults are the training settings of streaming Zipformer models and of
/// this project's recognizer.</summary>
public sealed record KaldiFbankOptions
{
    /// <summary>Gets the sample rate of the audio in hertz; default 16,000.</summary>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>Gets the number of mel filters; default 80.</summary>
    public int MelFilters { get; init; } = 80;

    /// <summary>Gets the length of a frame in milliseconds; default 25.</summary>
    public double FrameLengthMilliseconds { get; init; } = 25;

    /// <summary>Gets the interval between frames in milliseconds; default 10.</summary>
    public double FrameShiftMilliseconds { get; init; } = 10;

    /// <summary>Gets the part of each sample that is subtracted from the next, 0 to 1; default 0.97.</summary>
    public float Preemphasis { get; init; } = 0.97f;

    /// <summary>Gets the lower edge of the first filter in hertz; default 20.</summary>
    public double LowFrequency { get; init; } = 20;

    /// <summary>Gets the upper edge of the last filter in hertz; 0 or less is relative to the Nyquist frequency; default -400.</summary>
    public double HighFrequency { get; init; } = -400;

    internal int FrameLength => (int)(SampleRate * FrameLengthMilliseconds / 1000);

    internal int FrameShift => (int)(SampleRate * FrameShiftMilliseconds / 1000);

    internal double HighEnd => HighFrequency > 0 ? HighFrequency : SampleRate / 2.0 + HighFrequency;

    internal void Validate()
    {
        if (SampleRate is < 1000 or > 768_000 || MelFilters < 1 || FrameShift < 1 || FrameLength < FrameShift)
        {
            throw new ArgumentException($"A filter bank needs 1,000 to 768,000 Hz, at least one filter and frames no shorter than their shift; these options have {SampleRate} Hz, {MelFilters} filters, frames of {FrameLength} and shifts of {FrameShift} samples.");
        }

        if (LowFrequency < 0 || HighEnd <= LowFrequency || HighEnd > SampleRate / 2.0)
        {
            throw new ArgumentException(FormattableString.Invariant($"The filters would span {LowFrequency} to {HighEnd} Hz, which is not between 0 and {SampleRate / 2.0} Hz."));
        }
    }
}
