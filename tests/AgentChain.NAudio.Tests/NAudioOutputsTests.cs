using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio.Tests;

public sealed class NAudioOutputsTests
{
    [Fact]
    public void ToSampleProvider_Audio_ComesBackUnchanged()
    {
        PcmAudio tone = Sound.Tone();

        Assert.Equal(tone.Samples.ToArray(), tone.ToSampleProvider().ToPcmAudio().Samples.ToArray());
        Assert.Equal(tone.Samples.ToArray(), tone.ToWaveProvider().ToPcmAudio().Samples.ToArray());
        Assert.Equal(tone.Samples.ToArray(), tone.ToSource().ToWaveProvider().ToPcmAudio().Samples.ToArray());
    }

    [Fact]
    public void ToWaveStream_Audio_SeeksByTime()
    {
        using WaveStream wave = Sound.Tone(16000).ToWaveStream();

        Assert.Equal(TimeSpan.FromSeconds(1), wave.TotalTime);
        wave.CurrentTime = TimeSpan.FromSeconds(0.75);
        Assert.Equal(4000, wave.ToPcmAudio().Length);
    }

    [Theory]
    [InlineData(16, 1e-4f)]
    [InlineData(24, 1e-6f)]
    [InlineData(32, 0)]
    public void Write_ToAFile_IsReadAgain(int bits, float tolerance)
    {
        PcmAudio tone = Sound.Tone();
        using MemoryStream file = new();
        WaveFormat format = bits == 32 ? WaveFormat.CreateIeeeFloatWaveFormat(16000, 2) : new WaveFormat(16000, bits, 2);
        using (WaveFileWriter writer = new(new Undisposed(file), format))
        {
            writer.Write(tone.Slice(0, 2000));
            writer.Write(tone.Slice(2000, 3000));
        }

        file.Position = 0;
        using WaveFileReader reader = new(file);

        Assert.Equal(2, reader.WaveFormat.Channels);
        Sound.AssertClose(tone, reader.ToPcmAudio(), tolerance);
    }

    [Fact]
    public void ToAudioSink_LoudSamples_AreClippedInAFileOfIntegers()
    {
        using MemoryStream file = new();
        using (IAudioSink sink = new WaveFileWriter(new Undisposed(file), new WaveFormat(16000, 16, 1)).ToAudioSink())
        {
            Assert.Equal((16000, 1), (sink.SampleRate, sink.Channels));
            sink.Write([1.5f, -1.5f, 0.5f]);
        }

        file.Position = 0;
        using WaveFileReader reader = new(file);
        float[] samples = reader.ToPcmAudio().Samples.ToArray();

        Assert.InRange(samples[0], 0.999f, 1);
        Assert.InRange(samples[1], -1, -0.999f);
        Assert.InRange(samples[2], 0.499f, 0.501f);
    }

    [Fact]
    public void ToAudioSink_LoudSamples_StayInAFileOfFloats()
    {
        using MemoryStream file = new();
        using (IAudioSink sink = new WaveFileWriter(new Undisposed(file), WaveFormat.CreateIeeeFloatWaveFormat(16000, 1)).ToAudioSink())
        {
            sink.Write([1.5f]);
        }

        file.Position = 0;
        using WaveFileReader reader = new(file);

        Assert.Equal([1.5f], reader.ToPcmAudio().Samples.ToArray());
    }

    [Fact]
    public void ToAudioSink_PartOfAFrame_Throws()
    {
        using WaveFileWriter writer = new(new MemoryStream(), new WaveFormat(16000, 16, 2));
        using IAudioSink sink = writer.ToAudioSink();

        Assert.Throws<ArgumentException>(() => sink.Write([1f, 2f, 3f]));
    }

    [Fact]
    public void Write_AnotherSampleRate_NamesBoth()
    {
        using WaveFileWriter writer = new(new MemoryStream(), new WaveFormat(22050, 16, 1));

        ArgumentException error = Assert.Throws<ArgumentException>(() => writer.Write(Sound.Tone(sampleRate: 16000)));

        Assert.Contains("16000 Hz", error.Message, StringComparison.Ordinal);
        Assert.Contains("22050 Hz", error.Message, StringComparison.Ordinal);
        Assert.Contains("Resample", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16000, 0)]
    [InlineData(16000, -1)]
    [InlineData(0, 1)]
    [InlineData(1_000_000, 1)]
    public void ToSampleProvider_ImpossibleSource_Throws(int sampleRate, int channels) =>
        Assert.Throws<NAudioProviderException>(() => new ScriptedSource(sampleRate, channels, _ => 0).ToSampleProvider());

    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    [InlineData(3)]
    public void Read_SourceReturnsAnImpossibleNumber_Throws(int returned)
    {
        ISampleProvider provider = new ScriptedSource(16000, 2, _ => returned).ToSampleProvider();

        NAudioProviderException error = Assert.Throws<NAudioProviderException>(() => provider.Read(new float[8]));

        Assert.Contains($"returned {returned}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SourceThrows_KeepsItsError()
    {
        IOException broken = new("the file is gone");
        ISampleProvider provider = new ScriptedSource(16000, 1, _ => throw broken).ToSampleProvider();

        Assert.Same(broken, Assert.Throws<NAudioProviderException>(() => provider.Read(new float[8])).InnerException);
    }

    [Fact]
    public void Read_ByNAudio_FillsWholeFramesOnly()
    {
        ISampleProvider provider = new ScriptedSource(16000, 2, buffer => buffer.Length).ToSampleProvider();

        Assert.Equal(4, provider.Read(new float[5]));
        Assert.Equal(0, provider.Read([]));
        Assert.Throws<ArgumentException>(() => provider.Read(new float[1]));
    }
}
