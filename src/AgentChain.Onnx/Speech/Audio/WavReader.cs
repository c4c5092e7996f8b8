using System.Buffers;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Reads RIFF/WAVE streams: 8-, 16-, 24- and 32-bit integers, 32- and 64-bit floats, any rate, any channels.</summary>
/// <remarks>
/// Follows Microsoft's multimedia data standard (RIFF, WAVEFORMATEX, WAVEFORMATEXTENSIBLE). Chunks that are not needed are skipped.
/// Programs that write to a pipe cannot fill in the sizes. A data size from 0x7FFFF000 to 0xFFFFFFFF is such a placeholder, and so is 0 if
/// the RIFF size is one too or ends before the samples: the samples then extend to the end of the stream. Part of a frame at the end of the
/// data is ignored, and the byte after a chunk of odd size may be missing. The stream does not have to be seekable. Not thread-safe; does
/// not close the stream.
/// </remarks>
public sealed class WavReader : IAudioSource
{
    private readonly Stream _stream;
    private readonly bool _openEnded;
    private long _bytesLeft;

    /// <summary>Reads the header, up to the first sample.</summary>
    /// <param name="stream">A readable stream at the first byte of the file; the caller closes it.</param>
    /// <exception cref="WavFormatException">The stream is not a readable WAV file.</exception>
    public WavReader(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        (Format, _bytesLeft, _openEnded) = WavHeader.Read(stream);
    }

    /// <summary>Gets the format of the file.</summary>
    public WavFormat Format { get; }

    /// <inheritdoc/>
    public int SampleRate => Format.SampleRate;

    /// <inheritdoc/>
    public int Channels => Format.Channels;

    /// <summary>Reads a whole file and mixes it down to mono.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The audio at the file's own sample rate.</returns>
    /// <exception cref="WavFormatException">The file is not a readable WAV file, is truncated, or contains no samples; the message begins
    /// with
    /// the path.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller does not have permission to read the file.</exception>
    public static PcmAudio ReadFile(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            return ReadAll(stream);
        }
        catch (WavFormatException error)
        {
            throw new WavFormatException(error.Problem, error.Message, path);
        }
    }

    /// <summary>Reads a whole stream and mixes it down to mono.</summary>
    /// <param name="stream">A readable stream at the first byte of the file; the caller closes it.</param>
    /// <returns>The audio at the file's own sample rate.</returns>
    /// <exception cref="WavFormatException">The stream is not a readable WAV file, is truncated, or contains no samples.</exception>
    public static PcmAudio ReadAll(Stream stream)
    {
        PcmAudio audio = new WavReader(stream).ReadToEnd();
        return audio.Length > 0
            ? audio
            : throw new WavFormatException(WavProblem.NoSamples,
            "The WAV data chunk contains no samples. Record again, or check the program that wrote the file.");
    }

    /// <inheritdoc/>
    /// <exception cref="WavFormatException">The stream is shorter than its header states, or a float sample is not finite.</exception>
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
                throw new WavFormatException(WavProblem.BadSample,
                    "The WAV file contains float samples that are NaN or infinite. Convert it to 16-bit integers.");
            }
        }
    }
}
