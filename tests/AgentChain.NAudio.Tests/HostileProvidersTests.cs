using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio.Tests;

/// <summary>Providers that throw where nobody expects it, or count bytes wrongly.</summary>
public class HostileProvidersTests
{
    private static readonly FormatException Broken = new("the device is gone");

    [Fact]
    public void ToAudioSource_FormatThrows_KeepsItsError()
    {
        Assert.Same(Broken, Refused(() => new Formatless(0).ToAudioSource(samples: true)).InnerException);
        Assert.Same(Broken, Refused(() => new Formatless(0).ToAudioSource(samples: false)).InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_FormatThrowsLater_KeepsItsError(bool samples)
    {
        Formatless provider = new(int.MaxValue);
        IAudioSource source = provider.ToAudioSource(samples);
        Assert.Equal(8, source.Read(new float[8]));

        provider.Left = 0;

        Assert.Same(Broken, Refused(() => source.Read(new float[8])).InnerException);
    }

    [Fact]
    public void ToSampleProvider_SourceThrows_KeepsItsError() =>
        Assert.Same(Broken, Refused(() => new Rateless().ToSampleProvider()).InnerException);

    [Theory]
    [InlineData(-1)]
    [InlineData(17)]
    public void Read_WaveReturnsAnImpossibleNumberOfBytes_NamesItAndWhatWasAsked(int returned)
    {
        IAudioSource source = new ScriptedWave(new WaveFormat(16000, 16, 1), _ => returned).ToAudioSource();

        Assert.Contains($"ScriptedWave returned {returned} from a read of 16 bytes", Refused(() => source.Read(new float[8])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WaveReturnsPartOfASample_Throws()
    {
        IAudioSource source = new ScriptedWave(new WaveFormat(16000, 16, 1), _ => 3).ToAudioSource();

        Assert.Contains("3 bytes, which is not a whole number of frames of 2", Refused(() => source.Read(new float[8])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Read_SampleThatIsNotFinite_NamesItsPosition(float sample)
    {
        int at = 0;
        var provider = new ScriptedProvider(WaveFormat.CreateIeeeFloatWaveFormat(16000, 2), buffer =>
        {
            for (int i = 0; i < buffer.Length; i++, at++)
            {
                buffer[i] = at == (2 * 4000) + 1 ? sample : 0.5f;
            }

            return buffer.Length;
        });
        IAudioSource source = provider.ToAudioSource();
        Assert.Equal(8000, source.Read(new float[8000]));

        string message = Refused(() => source.Read(new float[8])).Message;

        Assert.Contains("in frame 4000 (0.250 s), channel 1. Samples must be finite", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WaveFormatEncoding.Pcm, 8)]
    [InlineData(WaveFormatEncoding.Pcm, 12)]
    [InlineData(WaveFormatEncoding.Pcm, 32)]
    [InlineData(WaveFormatEncoding.IeeeFloat, 64)]
    [InlineData(WaveFormatEncoding.ALaw, 8)]
    public void ToAudioSink_SamplesThatAreNotWritten_NamesThem(WaveFormatEncoding encoding, int bits)
    {
        using WaveFileWriter writer = new(
            new MemoryStream(), WaveFormat.CreateCustomFormat(encoding, 16000, 1, 16000 * bits / 8, bits / 8, bits));

        Assert.Contains($"{bits} bits in the encoding {encoding}", Refused(() => writer.ToAudioSink()).Message, StringComparison.Ordinal);
        Assert.Contains("Create it with 16", Refused(() => writer.Write(Sound.Tone(sampleRate: 16000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToAudioSink_SamplesThatAreWritten_WritesThem()
    {
        foreach (WaveFormat format in new[] { new(16000, 16, 1), new(16000, 24, 1), new WaveFormatExtensible(16000, 32, 1), WaveFormat.CreateIeeeFloatWaveFormat(16000, 1) })
        {
            MemoryStream file = new();
            using WaveFileWriter writer = new(file, format);

            writer.ToAudioSink().Write([0.5f, -0.5f]);

            writer.Flush();
            Assert.Equal(2 * format.BitsPerSample / 8, writer.Length);
        }
    }

    private static NAudioProviderException Refused(Action action) => Assert.Throws<NAudioProviderException>(action);

    /// <summary>Throws instead of saying its format, after some answers.</summary>
    private sealed class Formatless(int left) : ISampleProvider, IWaveProvider
    {
        public int Left { get; set; } = left;

        public WaveFormat WaveFormat => Left-- > 0 ? WaveFormat.CreateIeeeFloatWaveFormat(16000, 1) : throw Broken;

        public int Read(Span<float> buffer) => buffer.Length;

        public int Read(Span<byte> buffer) => buffer.Length;

        public IAudioSource ToAudioSource(bool samples) => samples ? ((ISampleProvider)this).ToAudioSource() : ((IWaveProvider)this).ToAudioSource();
    }

    private sealed class Rateless : IAudioSource
    {
        public int SampleRate => throw Broken;

        public int Channels => 1;

        public int Read(Span<float> buffer) => 0;
    }
}
