using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace AgentChain.NAudio.Tests;

public sealed class NAudioSourcesTests
{
    [Fact]
    public void ToAudioSource_SampleProvider_HasItsFormatAndSamples()
    {
        SignalGenerator generator = new(22050, 2) { Type = SignalGeneratorType.Square, Gain = 0.25 };

        IAudioSource source = generator.Take(TimeSpan.FromSeconds(0.1)).ToAudioSource();
        PcmAudio audio = source.ReadToEnd();

        Assert.Equal((22050, 2), (source.SampleRate, source.Channels));
        Assert.Equal(2205, audio.Length);
        Assert.All(audio.Samples.ToArray(), sample => Assert.Equal(0.25f, MathF.Abs(sample)));
    }

    [Theory]
    [InlineData(8, 0.02f)]
    [InlineData(16, 1e-4f)]
    [InlineData(24, 1e-6f)]
    [InlineData(32, 1e-7f)]
    public void ToPcmAudio_WaveOfPcm_GivesItsSamples(int bits, float tolerance)
    {
        WaveFormat format = new(16000, bits, 2);
        PcmAudio tone = Sound.Tone(500);
        float full = bits == 8 ? 127 : (float)((1L << (bits - 1)) - 1);
        byte[] bytes = new byte[tone.Length * format.BlockAlign];
        for (int i = 0, at = 0; i < tone.Length; i++)
        {
            long value = (long)(tone.Samples.Span[i] * full) + (bits == 8 ? 128 : 0);
            for (int channel = 0; channel < 2; channel++)
            {
                for (int shift = 0; shift < bits; shift += 8)
                {
                    bytes[at++] = (byte)(value >> shift);
                }
            }
        }

        using RawSourceWaveStream wave = new(new MemoryStream(bytes), format);

        Sound.AssertClose(tone, wave.ToPcmAudio(), tolerance);
    }

    [Fact]
    public void ToAudioSource_EncodingThatNeedsADecoder_NamesItAndTheWayOut()
    {
        ScriptedWave wave = new(WaveFormat.CreateMuLawFormat(8000, 1), _ => 0);

        NAudioProviderException error = Assert.Throws<NAudioProviderException>(() => wave.ToAudioSource());

        Assert.Equal(nameof(ScriptedWave), error.Provider);
        Assert.Contains("MuLaw", error.Message, StringComparison.Ordinal);
        Assert.Contains("Decode it to PCM first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToAudioSource_NoFormat_Throws()
    {
        Assert.Contains("no WaveFormat", Refused(() => new ScriptedProvider(null, _ => 0).ToAudioSource()), StringComparison.Ordinal);
        Assert.Contains("no WaveFormat", Refused(() => new ScriptedWave(null, _ => 0).ToAudioSource()), StringComparison.Ordinal);
    }

    [Fact]
    public void ToAudioSource_NoChannels_Throws()
    {
        WaveFormat format = WaveFormat.CreateCustomFormat(WaveFormatEncoding.IeeeFloat, 16000, 0, 0, 0, 32);

        Assert.Contains("0 channels", Refused(() => new ScriptedProvider(format, _ => 0).ToAudioSource()), StringComparison.Ordinal);
        Assert.Contains("0 channels", Refused(() => new ScriptedWave(format, _ => 0).ToAudioSource()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void ToAudioSource_ImpossibleRate_Throws(int rate)
    {
        WaveFormat format = WaveFormat.CreateCustomFormat(WaveFormatEncoding.IeeeFloat, rate, 1, rate * 4, 4, 32);

        Assert.Contains($"{rate} Hz", Refused(() => new ScriptedProvider(format, _ => 0).ToAudioSource()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public void Read_ProviderReturnsAnImpossibleNumber_NamesItAndWhatWasAsked(int returned)
    {
        IAudioSource source = new ScriptedProvider(WaveFormat.CreateIeeeFloatWaveFormat(16000, 1), _ => returned).ToAudioSource();

        Assert.Contains($"returned {returned} from a read of 8 samples", Refused(() => source.Read(new float[8])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(10_000)]
    public void Read_WaveReturnsAnImpossibleNumber_Throws(int returned)
    {
        IAudioSource source = new ScriptedWave(new WaveFormat(16000, 16, 1), _ => returned).ToAudioSource();

        Assert.StartsWith(nameof(ScriptedWave), Refused(() => source.Read(new float[8])), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ProviderReturnsPartOfAFrame_Throws()
    {
        IAudioSource source = new ScriptedProvider(WaveFormat.CreateIeeeFloatWaveFormat(16000, 2), _ => 3).ToAudioSource();

        Assert.Contains(
            "3 samples, which is not a whole number of frames of 2", Refused(() => source.Read(new float[8])), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ProviderThrows_KeepsItsError()
    {
        IOException broken = new("the device is gone");
        IAudioSource source = new ScriptedProvider(WaveFormat.CreateIeeeFloatWaveFormat(16000, 1), _ => throw broken).ToAudioSource();

        NAudioProviderException error = Assert.Throws<NAudioProviderException>(() => source.Read(new float[8]));

        Assert.Same(broken, error.InnerException);
        Assert.Contains("the device is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ProviderIsCanceled_IsACancellation()
    {
        IAudioSource source = new ScriptedProvider(
            WaveFormat.CreateIeeeFloatWaveFormat(16000, 1), _ => throw new OperationCanceledException()).ToAudioSource();

        Assert.Throws<OperationCanceledException>(() => source.Read(new float[8]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_FormatChanges_NamesBoth(bool samples)
    {
        ScriptedProvider provider = new(WaveFormat.CreateIeeeFloatWaveFormat(16000, 1), buffer => buffer.Length);
        ScriptedWave wave = new(WaveFormat.CreateIeeeFloatWaveFormat(16000, 1), buffer => buffer.Length);
        IAudioSource source = samples ? provider.ToAudioSource() : wave.ToAudioSource();
        Assert.Equal(8, source.Read(new float[8]));

        provider.Format = wave.Format = WaveFormat.CreateIeeeFloatWaveFormat(48000, 2);

        Assert.Contains(
            "from 16000 Hz with 1 channels to 48000 Hz with 2 channels", Refused(() => source.Read(new float[8])), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BufferIsNoWholeNumberOfFrames_AsksForWholeOnes()
    {
        List<int> asked = [];
        IAudioSource source = new ScriptedProvider(WaveFormat.CreateIeeeFloatWaveFormat(16000, 2), buffer =>
        {
            asked.Add(buffer.Length);
            return buffer.Length;
        }).ToAudioSource();

        Assert.Equal(4, source.Read(new float[5]));
        Assert.Equal(0, source.Read([]));
        Assert.Throws<ArgumentException>(() => source.Read(new float[1]));
        Assert.Equal([4], asked);
    }

    private static string Refused(Action action) => Assert.Throws<NAudioProviderException>(action).Message;
}
