using System.Buffers.Binary;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Represents the format of a WAV file.</summary>
/// <param name="SampleRate">The number of frames per second.</param>
/// <param name="Channels">The number of interleaved channels, at least 1.</param>
/// <param name="BitsPerSample">The number of bits per sample: 8, 16, 24, 32 or 64.</param>
/// <param name="Encoding">The encoding: integers or floats.</param>
public readonly record struct WavFormat(int SampleRate, int Channels, int BitsPerSample, WavEncoding Encoding)
{
    /// <summary>Gets the number of bytes of one sample of one channel.</summary>
    public int BytesPerSample => BitsPerSample / 8;

    /// <summary>Gets the number of bytes of one frame, a sample of every channel.</summary>
    public int BytesPerFrame => BytesPerSample * Channels;

    internal bool IsSupported => Encoding == WavEncoding.Pcm ? BitsPerSample is 8 or 16 or 24 or 32 : BitsPerSample is 32 or 64;

    /// <summary>Converts bytes to samples, as many as <paramref name="samples"/> holds.</summary>
    internal void Decode(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        int size = BytesPerSample;
        for (int i = 0; i < samples.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes.Slice(i * size, size);
            samples[i] = (Encoding, BitsPerSample) switch
            {
                (WavEncoding.Pcm, 8) => (at[0] - 128) / 128f,
                (WavEncoding.Pcm, 16) => BinaryPrimitives.ReadInt16LittleEndian(at) / 32768f,
                (WavEncoding.Pcm, 24) => (((sbyte)at[2] << 16) | (at[1] << 8) | at[0]) / 8388608f,
                (WavEncoding.Pcm, _) => (float)(BinaryPrimitives.ReadInt32LittleEndian(at) / 2147483648.0),
                (_, 32) => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }
    }

    /// <summary>Converts samples to bytes; integers are clipped to full scale.</summary>
    internal void Encode(ReadOnlySpan<float> samples, Span<byte> bytes)
    {
        int size = BytesPerSample;
        for (int i = 0; i < samples.Length; i++)
        {
            Span<byte> at = bytes.Slice(i * size, size);
            if (Encoding == WavEncoding.IeeeFloat)
            {
                BinaryPrimitives.WriteSingleLittleEndian(at, samples[i]);
            }
            else
            {
                BinaryPrimitives.WriteInt16LittleEndian(at,
                    (short)Math.Clamp(MathF.Round(samples[i] * 32768f), short.MinValue, short.MaxValue));
            }
        }
    }
}
