using System.Buffers.Binary;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Reads RIFF chunks up to the first sample.</summary>
internal static class WavHeader
{
    private const ushort Pcm = 1, IeeeFloat = 3, Extensible = 0xFFFE;
    private const int MaximumFormatBytes = 4096;
    private const int LowestSampleRate = 1000;

    // espeak-ng and others write sizes from 2 GB upwards to a pipe: 0x7FFFF000, 0x80000000, 0xFFFF1000, 0xFFFFFFFF.
    private const uint FirstPlaceholder = 0x7FFF_F000;

    // The bytes that follow the codec in a WAVE_FORMAT_EXTENSIBLE sub-format GUID: 0000-0010-8000-00AA00389B71.
    private static ReadOnlySpan<byte> SubFormatTail => [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    public static (WavFormat Format, long DataBytes, bool OpenEnded) Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[12];
        ReadRiff(stream, head);
        uint riffSize = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        long position = head.Length;
        WavFormat? format = null;
        Span<byte> chunk = head[..8];
        bool mayBePadded = false;
        while (true)
        {
            int got = ReadChunkHead(stream, chunk, mayBePadded, ref position);
            if (got < 8)
            {
                throw got > 0 ? WavReader.Truncated(8 - got)
                    : format is null
                    ? new WavFormatException(WavProblem.NoFormat,
                    "The WAV file has no 'fmt ' chunk, so its sample format is unknown. Export it again as PCM WAV.")
                    : new WavFormatException(WavProblem.NoData,
                    "The WAV file has no 'data' chunk, so it holds no audio. Export it again as PCM WAV.");
            }

            uint size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            mayBePadded = (size & 1) != 0;
            if (chunk[..4].SequenceEqual("fmt "u8))
            {
                format = ReadFormat(stream, size);
            }
            else if (chunk[..4].SequenceEqual("data"u8))
            {
                return format is { } known
                    ? Data(known, size, IsPlaceholder(riffSize) || riffSize + 8L <= position)
                    : throw new WavFormatException(WavProblem.NoFormat,
                    "The WAV file has no 'fmt ' chunk before its samples, so their format is unknown. Export it again as PCM WAV.");
            }
            else
            {
                Skip(stream, size);
            }

            position += size;
        }
    }

    // A chunk of odd size should be followed by a zero. Some programs omit it; then the next chunk's letters follow at once.
    private static int ReadChunkHead(Stream stream, Span<byte> chunk, bool mayBePadded, ref long position)
    {
        int got = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
        position += got;
        if (!mayBePadded || got == 0 || !chunk[..Math.Min(got, 4)].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return got;
        }

        chunk[1..got].CopyTo(chunk);
        int more = stream.ReadAtLeast(chunk[(got - 1)..], 1, throwOnEndOfStream: false);
        position += more;
        return got - 1 + more;
    }

    private static (WavFormat Format, long DataBytes, bool OpenEnded) Data(WavFormat format, uint size, bool riffIsOpen) =>
        size == uint.MaxValue || (size == 0 && riffIsOpen)
            ? (format, long.MaxValue, true)
            : (format, size - size % format.BytesPerFrame, IsPlaceholder(size));

    private static bool IsPlaceholder(uint size) => size is 0 or >= FirstPlaceholder;

    private static void ReadRiff(Stream stream, Span<byte> head)
    {
        int got = stream.ReadAtLeast(head, 12, throwOnEndOfStream: false);
        if (got == 0)
        {
            throw new WavFormatException(WavProblem.Empty, "The file is empty; a WAV file is needed.");
        }

        if (got >= 4 && (head[..4].SequenceEqual("RF64"u8) || head[..4].SequenceEqual("BW64"u8) || head[..4].SequenceEqual("riff"u8)))
        {
            throw new WavFormatException(WavProblem.Unsupported64Bit,
                "64-bit WAV variants (RF64, BW64, W64) are not supported. Export the audio as a plain WAV file under 4 GB.");
        }

        bool riff = head[..Math.Min(got, 4)].SequenceEqual("RIFF"u8[..Math.Min(got, 4)]);
        if (riff && got < 12)
        {
            throw WavReader.Truncated(12 - got);
        }

        if (!riff || !head[8..].SequenceEqual("WAVE"u8))
        {
            throw new WavFormatException(WavProblem.NotWave,
                "The file is not a WAV file: it does not begin with RIFF and WAVE. Convert the audio to PCM WAV.");
        }
    }

    private static WavFormat ReadFormat(Stream stream, uint size)
    {
        if (size is < 16 or > MaximumFormatBytes)
        {
            throw new WavFormatException(WavProblem.BadFormat,
                FormattableString.Invariant($"The WAV 'fmt ' chunk has {size} bytes; 16 to {MaximumFormatBytes} are expected. Export it again as PCM WAV."));
        }

        Span<byte> bytes = stackalloc byte[40];
        Span<byte> read = bytes[..(int)Math.Min(size, 40u)];
        int got = stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false);
        if (got < read.Length)
        {
            throw WavReader.Truncated(read.Length - got);
        }

        Skip(stream, size - read.Length);
        ushort codec = BinaryPrimitives.ReadUInt16LittleEndian(read);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(read[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(read[4..]);
        int frame = BinaryPrimitives.ReadUInt16LittleEndian(read[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(read[14..]);
        if (codec == Extensible && read.Length >= 40 && read[26..].SequenceEqual(SubFormatTail))
        {
            codec = BinaryPrimitives.ReadUInt16LittleEndian(read[24..]);
        }

        if (channels == 0)
        {
            throw new WavFormatException(WavProblem.BadFormat,
                "The WAV header specifies 0 channels; at least 1 is required. Export it again as PCM WAV.");
        }

        if (rate is < LowestSampleRate or > SampleRates.Maximum)
        {
            throw new WavFormatException(
                WavProblem.BadFormat,
                FormattableString.Invariant($"The WAV header specifies a sample rate of {rate} Hz; it must be between {LowestSampleRate} and {SampleRates.Maximum} Hz. ")
                + "Export it again as PCM WAV.");
        }

        WavFormat format = new((int)rate, channels, bits, codec == IeeeFloat ? WavEncoding.IeeeFloat : WavEncoding.Pcm);
        if (codec is not (Pcm or IeeeFloat) || !format.IsSupported)
        {
            throw new WavFormatException(
                WavProblem.UnsupportedCodec,
                FormattableString.Invariant($"WAV samples of codec 0x{codec:X4} with {bits} bits are not supported; only 8-, 16-, 24- and 32-bit integers and 32- and 64-bit floats are. Convert the file to 16-bit PCM."));
        }

        return format.BytesPerFrame == frame
            ? format
            : throw new WavFormatException(WavProblem.BadFormat,
            FormattableString.Invariant($"The WAV header specifies frames of {frame} bytes, but {channels} channels of {bits} bits take {format.BytesPerFrame}. Export it again as PCM WAV."));
    }

    private static void Skip(Stream stream, long count)
    {
        Span<byte> sink = stackalloc byte[512];
        while (count > 0)
        {
            int read = stream.Read(sink[..(int)Math.Min(count, sink.Length)]);
            if (read == 0)
            {
                throw WavReader.Truncated(count);
            }

            count -= read;
        }
    }
}
