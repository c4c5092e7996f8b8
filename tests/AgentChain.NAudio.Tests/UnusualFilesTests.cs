using System.Text;
using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio.Tests;

/// <summary>Files that are valid, that our own reader refuses, and that NAudio reads.</summary>
public sealed class UnusualFilesTests
{
    private static readonly PcmAudio Tone = Sound.Tone(1000);

    [Fact]
    public void ToPcmAudio_Rf64_IsRead()
    {
        byte[] data = Data();
        // Of everything after the first 8 bytes: WAVE, ds64 with 28 bytes, fmt with 16, and data.
        long size = 4 + 8 + 28 + 8 + 16 + 8 + data.Length;
        byte[] file = File(
            "RF64",
            Chunk("ds64", [.. Bytes(size), .. Bytes(data.Length), .. Bytes(Tone.Length), 0, 0, 0, 0]),
            Chunk("fmt ", Format()),
            [.. "data"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. data]);

        Sound.AssertClose(Tone, Read(file), 1e-4f);
        Assert.Throws<WavFormatException>(() => WavReader.ReadAll(new MemoryStream(file)));
    }

    [Fact]
    public void ToPcmAudio_DataBeforeItsFormat_IsRead()
    {
        byte[] file = File("RIFF", Chunk("data", Data()), Chunk("fmt ", Format()));

        Sound.AssertClose(Tone, Read(file), 1e-4f);
        Assert.Throws<WavFormatException>(() => WavReader.ReadAll(new MemoryStream(file)));
    }

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);

    private static PcmAudio Read(byte[] file)
    {
        using WaveFileReader reader = new(new MemoryStream(file));
        return reader.ToPcmAudio();
    }

    private static byte[] File(string form, params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
        return [.. Encoding.ASCII.GetBytes(form), .. form == "RF64" ? [0xFF, 0xFF, 0xFF, 0xFF] : BitConverter.GetBytes(body.Length), .. body];
    }

    private static byte[] Chunk(string id, byte[] content) =>
        [.. Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(content.Length), .. content];

    // PCM, one channel, 16,000 Hz, 32,000 bytes per second, two bytes per frame, 16 bits.
    private static byte[] Format() => [1, 0, 1, 0, .. BitConverter.GetBytes(16000), .. BitConverter.GetBytes(32000), 2, 0, 16, 0];

    private static byte[] Data() =>
        [.. Tone.Samples.ToArray().SelectMany(sample => BitConverter.GetBytes((short)MathF.Round(sample * 32767)))];
}
