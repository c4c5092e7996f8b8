namespace AgentChain.NAudio;

/// <summary>Keeps reads to whole frames of one sample per channel, in both directions.</summary>
internal static class Frames
{
    /// <summary>Returns the part of a buffer that holds whole frames.</summary>
    /// <exception cref="ArgumentException">
    /// The buffer has room, but not for one frame; a read of 0 would say that the audio is over.
    /// </exception>
    public static Span<float> Whole(Span<float> buffer, int channels) => buffer.IsEmpty || buffer.Length >= channels
        ? buffer[..(buffer.Length - buffer.Length % channels)]
        : throw new ArgumentException($"A buffer of {buffer.Length} samples has no room for one frame of {channels} channels.", nameof(buffer));

    /// <summary>Returns what a read reported, if that can be true.</summary>
    /// <exception cref="NAudioProviderException">The number is negative, more than was asked for, or no whole number of frames.</exception>
    public static int Check(string provider, int read, int asked, int channels)
    {
        if (read < 0 || read > asked)
        {
            throw new NAudioProviderException(
                provider, $"{provider} returned {read} from a read of {asked} samples. Return the number of samples written, or 0 at the end.");
        }

        return read % channels == 0
            ? read
            : throw new NAudioProviderException(
                provider, $"{provider} returned {read} samples, which is not a whole number of frames of {channels} channels.");
    }
}
