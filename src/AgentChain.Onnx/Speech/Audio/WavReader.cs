using System.Buffers;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Reads the samples of a RIFF/WAVE stream: integers of 8, 16, 24 and 32 bits, floats of 32 and 64, any rate, any channels.</summary>
/// <remarks>
/// Follows Microsoft's multimedia data standard (RIFF, WAVEFORMATEX, WAVEFORMATEXTENSIBLE). Chunks that are not needed are skipped.
/// A data size of 0xFFFFFFFF, which programs write that cannot seek back, means all that follows. The stream needs no seeking.
/// Not thread-safe; it does not close the stream.
/// </remarks>
public sealed class WavReader : IAudioSource
{
    private readonly Stream _stream;
    private readonly bool _openEnded;
    private long _bytesLeft;

    /// <summary>Reads the header, up to the first sample.</summary>
    /// <param name="stream">A readable stream that stands at the first byte of the file; the caller closes it.</param>
    /// <exception cref="WavFormatException">The stream is not a WAV file that can be read.</exception>
    public WavReader(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        (Format, _bytesLeft, _openEnded) = WavHeader.Read(stream);
    }

    /// <summary>How the file holds its samples.</summary>
    public WavFormat Format { get; }

    /// <inheritdoc/>
    public int SampleRate => Format.SampleRate;

    /// <inheritdoc/>
    public int Channels => Format.Channels;

    /// <summary>Reads a whole file and mixes it down to mono.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The audio at the file's own rate.</returns>
    /// <exception cref="WavFormatException">The file is not a WAV file that can be read, is truncated, or holds no sample.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static PcmAudio ReadFile(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return ReadAll(stream);
    }

    /// <summary>Reads a whole stream and mixes it down to mono.</summary>
    /// <param name="stream">A readable stream at the first byte of the file; the caller closes it.</param>
    /// <returns>The audio at the file's own rate.</returns>
    /// <exception cref="WavFormatException">The stream is not a WAV file that can be read, is truncated, or holds no sample.</exception>
    public static PcmAudio ReadAll(Stream stream)
    {
        PcmAudio audio = new WavReader(stream).ReadToEnd();
        return audio.Length > 0
            ? audio
            : throw new WavFormatException(WavProblem.NoSamples, "The WAV data chunk holds no samples. Record again, or check the program that wrote the file.");
    }

    /// <inheritdoc/>
    /// <exception cref="WavFormatException">The stream ends before its header says it does, or a float sample is not finite.</exception>
    public int Read(Span<float> buffer)
    {
        int frameBytes = Format.BytesPerFrame;
        int frames = (int)Math.Min(buffer.Length / Channels, _bytesLeft / frameBytes);
        if (frames == 0)
        {
            return 0;
        }

        int wanted = frames * frameBytes;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            int got = _stream.ReadAtLeast(bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            if (got < wanted && !_openEnded)
            {
                throw Truncated(_bytesLeft - got);
            }

            _bytesLeft = got < wanted ? 0 : _bytesLeft - got;
            Span<float> samples = buffer[..(got / frameBytes * Channels)];
            Format.Decode(bytes, samples);
            RequireFinite(samples);
            return samples.Length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    internal static WavFormatException Truncated(long missing) => new(
        WavProblem.Truncated,
        FormattableString.Invariant($"The WAV file is truncated: {missing} bytes that its header announces are missing. Copy or record it again."));

    private void RequireFinite(ReadOnlySpan<float> samples)
    {
        if (Format.Encoding != WavEncoding.IeeeFloat)
        {
            return;
        }

        foreach (float sample in samples)
        {
            if (!float.IsFinite(sample))
            {
                throw new WavFormatException(WavProblem.BadSample, "The WAV file holds float samples that are infinite or not numbers. Convert it to 16-bit integers.");
            }
        }
    }
}
