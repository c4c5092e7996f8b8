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

    [Fact]
    public void ReadAll_OpenEndedDataSize_ReadsToTheEnd()
    {
        byte[] wav = Wav(Values, 16, false, 1, 16000, false, false);
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(40), uint.MaxValue);

        Assert.Equal(Values.Length, WavReader.ReadAll(new MemoryStream(wav)).Length);
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
