using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>
/// Reads a wave provider for NAudio's decoder, which takes every number of bytes at its word: it divides a negative one to 0, the end, and
/// drops part of a sample, so that the next bytes are decoded as noise.
/// </summary>
internal sealed class CheckedWaveProvider(string name, IWaveProvider provider, WaveFormat format) : IWaveProvider
{
    public WaveFormat WaveFormat => format;

    public int Read(Span<byte> buffer)
    {
        int read = provider.Read(buffer);
        if (read < 0 || read > buffer.Length)
        {
            throw new NAudioProviderException(
                name, $"{name} returned {read} from a read of {buffer.Length} bytes. Return the number of bytes written, or 0 at the end.");
        }

        // Not the format's BlockAlign, which can contradict the samples.
        int frame = format.Channels * (format.BitsPerSample / 8);
        return read % frame == 0
            ? read
            : throw new NAudioProviderException(
                name, $"{name} returned {read} bytes, which is not a whole number of frames of {frame} bytes.");
    }
}
