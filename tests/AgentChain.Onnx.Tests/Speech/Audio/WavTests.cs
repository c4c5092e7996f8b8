using System.Buffers.Binary;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Tests.Speech.Audio;

public class WavTests
{
    private static readonly float[] Values = [0f, 0.5f, -0.5f, 0.25f, -1f, 0.125f];

    [Theory]
    [InlineData(8, false, 1, 8000, false)]
    [InlineData(16, false, 2, 44100, false)]
    [InlineData(24, false, 1, 48000, true)]
    [InlineData(32, false, 3, 16000, false)]
    [InlineData(32, true, 1, 22050, false)]
    [InlineData(64, true, 2, 96000, true)]
    public void ReadAll_EveryEncoding_GivesTheSamples(int bits, bool isFloat, int channels, int rate, bool extensible)
    {
        PcmAudio audio = WavReader.ReadAll(new MemoryStream(Wav(Values, bits, isFloat, channels, rate, extensible, extraChunk: true)));

        Assert.Equal(rate, audio.SampleRate);
        Assert.Equal(Values.Length, audio.Length);
        for (int i = 0; i < Values.Length; i++)
        {
            Assert.Equal(Values[i], audio.Samples.Span[i], 1f / 128);
        }
    }

    [Fact]
    public void ReadAll_Stereo_MixesToTheMean()
    {
        using MemoryStream stream = new();
        using (WavWriter writer = new(stream, 16000, channels: 2, WavEncoding.IeeeFloat))
        {
            writer.Write([1f, 0f, -0.5f, -0.25f]);
        }

        stream.Position = 0;
        Assert.Equal([0.5f, -0.375f], WavReader.ReadAll(stream).Samples.ToArray());
    }

    [Theory]
    [InlineData(WavEncoding.Pcm, 1e-4f)]
    [InlineData(WavEncoding.IeeeFloat, 0f)]
    public void Write_ThenRead_GivesTheSamplesBack(WavEncoding encoding, float tolerance)
    {
        float[] samples = Fixture.Noise(20_000, 0.9f);
        using MemoryStream stream = new();
        using (WavWriter writer = new(stream, 22050, 1, encoding))
        {
            writer.Write(samples.AsSpan(0, 7));
            writer.Write(samples.AsSpan(7));
        }

        stream.Position = 0;
        PcmAudio read = WavReader.ReadAll(stream);

        Assert.Equal(22050, read.SampleRate);
        Assert.All(samples.Zip(read.Samples.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.Equal(samples.Length, read.Length);
    }

    [Fact]
    public void Write_BeyondFullScale_Clips()
    {
        using MemoryStream stream = new();
        using (WavWriter writer = new(stream, 8000))
        {
            writer.Write([3f, -3f]);
        }

        stream.Position = 0;
        Assert.Equal([32767 / 32768f, -1f], WavReader.ReadAll(stream).Samples.ToArray());
    }

    [Theory]
    [InlineData(0x7FFFF024u, 0x7FFFF000u)] // espeak-ng --stdout
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu)] // ffmpeg to a pipe
    [InlineData(0xFFFF1024u, 0xFFFF1000u)]
    [InlineData(0x80000024u, 0x80000000u)]
    [InlineData(48u, 0xFFFFFFFFu)]
    [InlineData(0u, 0u)]
    [InlineData(0xFFFFFFFFu, 0u)]
    [InlineData(36u, 0u)]                  // a writer that was killed before it could go back
    public void ReadAll_PlaceholderSizes_ReadsToTheEnd(uint riff, uint data)
    {
        byte[] wav = Wav(Values, 16, false, 1, 16000, false, false);
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(4), riff);
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(40), data);

        Assert.Equal(Values.Length, WavReader.ReadAll(new MemoryStream(wav)).Length);
        Assert.Equal(Values.Length, WavReader.ReadAll(new MemoryStream([.. wav, 1])).Length);
    }

    [Fact]
    public void ReadAll_EmptyDataBeforeAnotherChunk_HasNoSamples()
    {
        byte[] wav = [.. Wav([], 16, false, 1, 16000, false, false), .. "LIST"u8, 4, 0, 0, 0, 1, 2, 3, 4];
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(4), (uint)wav.Length - 8);
        Expect(WavProblem.NoSamples, wav);
    }

    [Fact]
    public void ReadAll_PartOfAFrameAtTheEnd_IsIgnored()
    {
        byte[] wav = [.. Wav(Values, 16, false, 2, 16000, false, false), 9, 9, 9];
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(40), (uint)(Values.Length * 4 + 3));

        Assert.Equal(Values.Length, WavReader.ReadAll(new MemoryStream(wav)).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadAll_OddChunk_IsSkippedWithOrWithoutItsPadding(bool padded)
    {
        byte[] wav = Wav(Values, 16, false, 1, 16000, false, false);
        byte[] odd = [.. wav[..12], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, .. padded ? new byte[] { 0 } : [], .. wav[12..]];

        Assert.Equal(Values.Length, WavReader.ReadAll(new MemoryStream(odd)).Length);
    }

    [Theory]
    [InlineData(0u, "0 Hz")]
    [InlineData(1u, "1 Hz")]
    [InlineData(999u, "999 Hz")]
    [InlineData(768_001u, "768001 Hz")]
    [InlineData(0xFFFFFFFFu, "4294967295 Hz")]
    public void ReadFile_AbsurdSampleRate_NamesThePathTheFieldAndTheValue(uint rate, string value)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "odd.wav");
        byte[] wav = Wav(Values, 16, false, 1, 16000, false, false);
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(24), rate);
        File.WriteAllBytes(path, wav);

        WavFormatException error = Assert.Throws<WavFormatException>(() => WavReader.ReadFile(path));

        Assert.Equal((WavProblem.BadFormat, path), (error.Problem, error.Path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("sample rate of " + value, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ReadFile_MeaninglessSample_NamesThePath(float sample)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "broken.wav");
        File.WriteAllBytes(path, Wav([0.5f, sample], 32, true, 1, 16000, false, false));

        Assert.Contains(path, Assert.Throws<WavFormatException>(() => WavReader.ReadFile(path)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WavWriter.WriteFile(path, new PcmAudio([0.5f, sample], 16000)));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(10)]     // within the header
    [InlineData(20_000)] // within the samples
    [InlineData(40_050)] // when the sizes are written
    public void WriteFile_FullDisk_LeavesTheOldFileAndNoPartOfTheNew(int capacity)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "answer.wav");
        PcmAudio old = new(Values, 16000), audio = new(Fixture.Noise(20_000, 0.5f), 16000);
        WavWriter.WriteFile(path, old);
        byte[] before = File.ReadAllBytes(path);

        Assert.Throws<IOException>(() => WavWriter.WriteFile(path, audio, WavEncoding.Pcm, file => new FullDisk(file, capacity)));

        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void ReadAll_BadFiles_NameTheProblem()
    {
        byte[] good = Wav(Values, 16, false, 1, 16000, false, false);

        Expect(WavProblem.Empty, []);
        Expect(WavProblem.NotWave, "this is no audio at all"u8.ToArray());
        Expect(WavProblem.NotWave, "Hi"u8.ToArray());
        Expect(WavProblem.NotWave, [.. "RIFF"u8, 0, 0, 0, 0, .. "AVI "u8]);
        Expect(WavProblem.Unsupported64Bit, [.. "RF64"u8, .. good[4..]]);
        Expect(WavProblem.Truncated, good[..6]);
        Expect(WavProblem.Truncated, good[..24]);
        Expect(WavProblem.Truncated, good[..^3]);
        Expect(WavProblem.NoFormat, good[..12]);
        Expect(WavProblem.NoFormat, [.. good[..12], .. good[36..]]);
        Expect(WavProblem.NoData, good[..36]);
        Expect(WavProblem.NoSamples, Wav([], 16, false, 1, 16000, false, false));
        Expect(WavProblem.UnsupportedCodec, With(good, 20, 2));      // ADPCM
        Expect(WavProblem.UnsupportedCodec, Wav(Values, 16, true, 1, 16000, false, false));
        Expect(WavProblem.BadFormat, With(good, 22, 0));             // no channels
        Expect(WavProblem.BadFormat, With(good, 32, 7));             // frame size
        Expect(WavProblem.BadFormat, With(good, 16, 4));             // size of the fmt chunk
        Expect(WavProblem.BadSample, Wav([float.NaN], 32, true, 1, 16000, false, false));
    }

    [Fact]
    public void Write_UnseekableStream_Throws()
    {
        using Stream stream = new MemoryStream([], writable: false);
        Assert.Throws<ArgumentException>(() => new WavWriter(stream, 16000));
    }

    // Fails once as many bytes were written as fit.
    private sealed class FullDisk(string path, int capacity) : FileStream(path, FileMode.CreateNew)
    {
        private int _written;

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _written += buffer.Length;
            if (_written > capacity)
            {
                throw new IOException("No space left on device.");
            }

            base.Write(buffer);
        }
    }

    private static void Expect(WavProblem problem, byte[] file)
    {
        WavFormatException error = Assert.Throws<WavFormatException>(() => WavReader.ReadAll(new MemoryStream(file)));
        Assert.Equal(problem, error.Problem);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static byte[] With(byte[] wav, int at, byte value)
    {
        byte[] copy = [.. wav];
        copy[at] = value;
        copy[at + 1] = 0;
        return copy;
    }

    // Written by hand after the specification, independently of WavWriter.
    private static byte[] Wav(float[] values, int bits, bool isFloat, int channels, int rate, bool extensible, bool extraChunk)
    {
        using MemoryStream body = new();
        using BinaryWriter writer = new(body);
        writer.Write("WAVE"u8);
        if (extraChunk)
        {
            writer.Write([.. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0]); // odd size: padded
        }

        int frame = channels * bits / 8;
        ushort codec = (ushort)(isFloat ? 3 : 1);
        writer.Write("fmt "u8);
        writer.Write(extensible ? 40 : 16);
        writer.Write(extensible ? (ushort)0xFFFE : codec);
        writer.Write((ushort)channels);
        writer.Write(rate);
        writer.Write(rate * frame);
        writer.Write((ushort)frame);
        writer.Write((ushort)bits);
        if (extensible)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)bits);
            writer.Write(0);
            writer.Write(codec);
            writer.Write([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        }

        writer.Write("data"u8);
        writer.Write(values.Length * frame);
        foreach (float value in values)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                Sample(writer, value, bits, isFloat);
            }
        }

        return [.. "RIFF"u8, .. BitConverter.GetBytes((uint)body.Length), .. body.ToArray()];
    }

    private static void Sample(BinaryWriter writer, float value, int bits, bool isFloat)
    {
        long integer = (long)Math.Clamp(value * Math.Pow(2, bits - 1), -Math.Pow(2, bits - 1), Math.Pow(2, bits - 1) - 1);
        switch (bits, isFloat)
        {
            case (8, false):
                writer.Write((byte)(integer + 128));
                break;
            case (16, _):
                writer.Write((short)integer);
                break;
            case (24, _):
                writer.Write([(byte)integer, (byte)(integer >> 8), (byte)(integer >> 16)]);
                break;
            case (32, false):
                writer.Write((int)integer);
                break;
            case (32, true):
                writer.Write(value);
                break;
            default:
                writer.Write((double)value);
                break;
        }
    }
}
