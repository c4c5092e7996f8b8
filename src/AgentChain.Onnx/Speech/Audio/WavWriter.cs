using System.Buffers;
using System.Buffers.Binary;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Writes a RIFF/WAVE stream of 16-bit integers or 32-bit floats.</summary>
/// <remarks><see cref="Dispose"/> writes the sizes in the header, so the stream must be seekable. Not thread-safe; does not
/// close the stream. Integers are clipped at full scale and rounded to nearest, without dither.</remarks>
public sealed class WavWriter : IAudioSink
{
    private readonly Stream _stream;
    private readonly long _start;
    private readonly WavFormat _format;
    private uint _dataBytes;
    private bool _disposed;

    /// <summary>Creates a writer and writes the header.</summary>
    /// <param name="stream">A writable, seekable stream; the caller closes it after disposing the writer.</param>
    /// <param name="sampleRate">The number of frames per second, 1 to 768,000.</param>
    /// <param name="channels">The number of interleaved channels, 1 to 255; default 1.</param>
    /// <param name="encoding">The encoding: 16-bit integers (default) or 32-bit floats.</param>
    /// <exception cref="ArgumentException">The stream is not writable or not seekable.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the number of channels is outside its range.</exception>
    public WavWriter(Stream stream, int sampleRate, int channels = 1, WavEncoding encoding = WavEncoding.Pcm)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SampleRates.Check(sampleRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 255);
        if (!stream.CanWrite || !stream.CanSeek)
        {
            throw new ArgumentException("Writing WAV needs a writable, seekable stream; write to a MemoryStream first and copy it.",
                nameof(stream));
        }

        _stream = stream;
        _start = stream.Position;
        _format = new WavFormat(sampleRate, channels, encoding == WavEncoding.IeeeFloat ? 32 : 16, encoding);
        WriteHeader();
    }

    /// <inheritdoc/>
    public int SampleRate => _format.SampleRate;

    /// <inheritdoc/>
    public int Channels => _format.Channels;

    /// <summary>Writes a piece of audio to a file, replacing an existing one. After an error, an existing file is unchanged, and no part
    /// of the new one remains.</summary>
    /// <param name="path">The path of the file; its folder must exist.</param>
    /// <param name="audio">The audio.</param>
    /// <param name="encoding">The encoding: 16-bit integers (default) or 32-bit floats.</param>
    /// <exception cref="ArgumentException">A sample is NaN or infinite.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller does not have permission to write the file.</exception>
    public static void WriteFile(string path, PcmAudio audio, WavEncoding encoding = WavEncoding.Pcm)
    {
        WriteFile(path, audio, encoding, static file => new FileStream(file, FileMode.CreateNew, FileAccess.Write));
    }

    internal static void WriteFile(string path, PcmAudio audio, WavEncoding encoding, Func<string, Stream> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(audio);
        string part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (Stream stream = create(part))
            using (WavWriter writer = new(stream, audio.SampleRate, 1, encoding))
            {
                writer.Write(audio.Samples.Span);
            }

            File.Move(part, path, overwrite: true);
        }
        catch
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples are not a whole number of frames, or one is NaN or infinite.</exception>
    /// <exception cref="InvalidOperationException">The file would exceed 4 GB, the limit of a WAV file.</exception>
    public void Write(ReadOnlySpan<float> samples)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (samples.Length % Channels != 0)
        {
            throw new ArgumentException($"{samples.Length} samples are not a whole number of frames of {Channels} channels.",
                nameof(samples));
        }

        if (!FiniteValues.AreAll(samples))
        {
            throw new ArgumentException("The samples contain NaN or infinity. Check the block that produced them.", nameof(samples));
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            int step = bytes.Length / _format.BytesPerSample;
            while (!samples.IsEmpty)
            {
                ReadOnlySpan<float> part = samples[..Math.Min(step, samples.Length)];
                int count = part.Length * _format.BytesPerSample;
                if (_dataBytes + (long)count > uint.MaxValue - 64)
                {
                    throw new InvalidOperationException("A WAV file holds at most 4 GB; start another one.");
                }

                _format.Encode(part, bytes);
                _stream.Write(bytes, 0, count);
                _dataBytes += (uint)count;
                samples = samples[part.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Writes the final sizes into the header and leaves the stream at its end.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stream.Position = _start;
        WriteHeader();
        _stream.Position = _start + 44 + _dataBytes;
        _stream.Flush();
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 36 + _dataBytes);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], (ushort)(_format.Encoding == WavEncoding.IeeeFloat ? 3 : 1));
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)_format.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], _format.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], _format.SampleRate * _format.BytesPerFrame);
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], (ushort)_format.BytesPerFrame);
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], (ushort)_format.BitsPerSample);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], _dataBytes);
        _stream.Write(header);
    }
}
