using System.Buffers;
using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>Writes samples to a file of NAudio.</summary>
internal sealed class WaveFileSink : IAudioSink
{
    private readonly WaveFileWriter _writer;
    private readonly ProviderFormat _format;
    private readonly bool _clips;

    public WaveFileSink(WaveFileWriter writer)
    {
        _writer = writer;
        _format = ProviderFormat.Check(nameof(WaveFileWriter), writer.WaveFormat);
        CheckSamples(writer.WaveFormat);
        // NAudio does not clip: an integer would wrap around, which sounds like a crack.
        _clips = writer.WaveFormat.Encoding != WaveFormatEncoding.IeeeFloat;
    }

    public int SampleRate => _format.SampleRate;

    public int Channels => _format.Channels;

    public void Write(ReadOnlySpan<float> samples)
    {
        if (samples.Length % Channels != 0)
        {
            throw new ArgumentException(
                $"{samples.Length} samples are not a whole number of frames of {Channels} channels.", nameof(samples));
        }

        float[] array = ArrayPool<float>.Shared.Rent(samples.Length);
        Fill(samples, 1, array);
        WriteAndReturn(array, samples.Length);
    }

    /// <summary>Writes each sample to every channel.</summary>
    public void WriteMono(ReadOnlySpan<float> samples)
    {
        int length = checked(samples.Length * Channels);
        float[] array = ArrayPool<float>.Shared.Rent(length);
        Fill(samples, Channels, array);
        WriteAndReturn(array, length);
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>NAudio refuses some samples only when they are written, and writes 32 bits for each of 64.</summary>
    private static void CheckSamples(WaveFormat format)
    {
        if ((format.Encoding, format.BitsPerSample) is not
            ((WaveFormatEncoding.Pcm or WaveFormatEncoding.Extensible, 16 or 24) or (WaveFormatEncoding.Extensible, 32) or (WaveFormatEncoding.IeeeFloat, 32)))
        {
            throw new NAudioProviderException(
                nameof(WaveFileWriter),
                $"{nameof(WaveFileWriter)} has samples of {format.BitsPerSample} bits in the encoding {format.Encoding}, which NAudio does not write. "
                    + "Create it with 16 or 24 bits PCM or 32 bits floating point.");
        }
    }

    private void Fill(ReadOnlySpan<float> samples, int copies, float[] array)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            array.AsSpan(i * copies, copies).Fill(_clips ? Math.Clamp(samples[i], -1, 1) : samples[i]);
        }
    }

    private void WriteAndReturn(float[] array, int length)
    {
        try
        {
            _writer.WriteSamples(array, 0, length);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(array);
        }
    }
}
