using System.Buffers;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Provides conversions between <see cref="IAudioSource"/> and <see cref="PcmAudio"/>.</summary>
public static class AudioSourceExtensions
{
    /// <summary>Reads a source to its end and mixes its channels down to mono (their mean).</summary>
    /// <param name="source">The source, which is at its end afterward.</param>
    /// <returns>The remaining audio of the source.</returns>
    /// <exception cref="InvalidOperationException">The source returned a negative number, too many samples or a partial frame.</exception>
    public static PcmAudio ReadToEnd(this IAudioSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        int channels = source.Channels;
        float[] chunk = ArrayPool<float>.Shared.Rent(channels * 4096);
        ArrayBufferWriter<float> mono = new(4096);
        try
        {
            Span<float> whole = chunk.AsSpan(0, channels * 4096);
            for (int read = Read(source, whole); read > 0; read = Read(source, whole))
            {
                Mix(whole[..read], channels, mono.GetSpan(read / channels));
                mono.Advance(read / channels);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(chunk);
        }

        return new PcmAudio(mono.WrittenSpan, source.SampleRate);
    }

    /// <summary>
    /// Reads a source piece by piece, mixed down to mono (their mean), while the sequence is enumerated. With <c>ToAsyncEnumerable()</c> it
    /// is the input of a block that recognizes live audio.
    /// </summary>
    /// <param name="source">The source. Enumerate once.</param>
    /// <param name="longest">The longest piece, more than zero; a piece has at least one sample and can be shorter.</param>
    /// <returns>The pieces up to the end of the source.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="longest"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">The source returned a negative number, too many samples or a partial frame.</exception>
    public static IEnumerable<PcmAudio> ReadInPieces(this IAudioSource source, TimeSpan longest)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(longest, TimeSpan.Zero);
        return Pieces(source, checked((int)Math.Max(1, longest.Ticks * source.SampleRate / TimeSpan.TicksPerSecond)));
    }

    /// <summary>Returns a source that plays a piece of audio once.</summary>
    /// <param name="audio">The audio.</param>
    /// <returns>A mono source, positioned at the first sample.</returns>
    public static IAudioSource ToSource(this PcmAudio audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return new PcmAudioSource(audio);
    }

    internal static void Mix(ReadOnlySpan<float> interleaved, int channels, Span<float> mono)
    {
        if (channels == 1)
        {
            interleaved.CopyTo(mono);
            return;
        }

        float scale = 1f / channels;
        for (int frame = 0, at = 0; at < interleaved.Length; frame++)
        {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                sum += interleaved[at++];
            }

            mono[frame] = sum * scale;
        }
    }

    private static IEnumerable<PcmAudio> Pieces(IAudioSource source, int frames)
    {
        int channels = source.Channels;
        float[] interleaved = new float[checked(frames * channels)];
        for (int read = Read(source, interleaved); read > 0; read = Read(source, interleaved))
        {
            float[] mono = new float[read / channels];
            Mix(interleaved.AsSpan(0, read), channels, mono);
            yield return PcmAudio.Adopt(mono, source.SampleRate);
        }
    }

    private static int Read(IAudioSource source, Span<float> buffer)
    {
        int read = source.Read(buffer);
        if (read < 0 || read > buffer.Length)
        {
            throw new InvalidOperationException($"The audio source returned {read} from a read of {buffer.Length} samples.");
        }

        return read % source.Channels == 0
            ? read
            : throw new InvalidOperationException($"The audio source returned {read} samples, which is not a whole number of frames of {source.Channels} channels.");
    }

    private sealed class PcmAudioSource(PcmAudio audio) : IAudioSource
    {
        private int _position;

        public int SampleRate => audio.SampleRate;

        public int Channels => 1;

        public int Read(Span<float> buffer)
        {
            int count = Math.Min(buffer.Length, audio.Length - _position);
            audio.Samples.Span.Slice(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
