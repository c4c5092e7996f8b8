using System.Buffers;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Tests.Speech.Audio;

public class ResamplerTests
{
    [Theory]
    [InlineData(44100, 16000, 1000)]
    [InlineData(48000, 16000, 6000)]
    [InlineData(8000, 16000, 3000)]
    [InlineData(16000, 22050, 7000)]
    [InlineData(22050, 16000, 440)]
    [InlineData(16001, 15999, 997)] // too many phases for exact rows: interpolated ones
    [InlineData(192000, 8000, 100)]
    public void Resample_SineBelowBothNyquists_StaysThatSine(int from, int to, double hertz)
    {
        float[] output = Resampler.Resample(Fixture.Sine(from, hertz, from), from, to);

        Assert.Equal(to, output.Length);
        float[] expected = Fixture.Sine(to, hertz, to);
        int edge = to / 20; // the signal begins and ends suddenly
        double error = 0;
        for (int i = edge; i < to - edge; i++)
        {
            error = Math.Max(error, Math.Abs(output[i] - expected[i]));
        }

        Assert.True(error < 0.5 * Math.Pow(10, -115 / 20.0), $"off by {error} at most; 115 dB below the sine is the limit");
    }

    [Theory]
    [InlineData(44100, 16000, 8100)]
    [InlineData(44100, 16000, 15000)]
    [InlineData(48000, 8000, 4100)]
    [InlineData(48001, 16000, 12000)]
    public void Resample_SineAboveTheNewNyquist_IsRemoved(int from, int to, double hertz)
    {
        float[] output = Resampler.Resample(Fixture.Sine(from, hertz, from), from, to);

        float rest = AudioLevel.Peak(output.AsSpan(to / 20, to - to / 10));
        Assert.True(rest < 0.5 * Math.Pow(10, -115 / 20.0), $"an alias of {AudioLevel.ToDecibels(rest / 0.5f)} dB is left");
    }

    [Theory]
    [InlineData(44100, 16000, 1)]
    [InlineData(44100, 16000, 333)]
    [InlineData(8000, 16000, 5000)]
    public void Process_InChunks_EqualsWhole(int from, int to, int chunk)
    {
        float[] noise = Fixture.Noise(10_000, 0.5f);
        float[] whole = Resampler.Resample(noise, from, to);
        Resampler resampler = new(from, to);
        ArrayBufferWriter<float> output = new();
        for (int turn = 0; turn < 2; turn++) // and again after Flush
        {
            output.ResetWrittenCount();
            for (int start = 0; start < noise.Length; start += chunk)
            {
                resampler.Process(noise.AsSpan(start, Math.Min(chunk, noise.Length - start)), output);
            }

            resampler.Flush(output);
            Assert.Equal(whole, output.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Process_AfterWarmUp_AllocatesNothing()
    {
        Resampler resampler = new(44100, 16000);
        float[] noise = Fixture.Noise(4410, 0.5f);
        ArrayBufferWriter<float> output = new(100_000);
        resampler.Process(noise, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            resampler.Process(noise, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(44100, 16000)]
    [InlineData(8000, 16000)]
    [InlineData(48000, 8000)]
    [InlineData(16001, 15999)]
    public void Resample_OnePulse_StaysAtItsTime(int from, int to)
    {
        float[] samples = new float[from];
        samples[from / 2] = 1;

        float[] output = Resampler.Resample(samples, from, to);

        int peak = Array.IndexOf(output, output.Max());
        Assert.InRange(peak / (double)to, 0.5 - 1.0 / Math.Min(from, to), 0.5 + 1.0 / Math.Min(from, to));
    }

    [Theory]
    [InlineData(44100, 16000)]
    [InlineData(8000, 16000)]
    [InlineData(48000, 16000)]
    public void Process_BeforeFlush_LagsByHalfTheFilter(int from, int to)
    {
        Resampler resampler = new(from, to);
        ArrayBufferWriter<float> output = new();

        resampler.Process(new float[from], output);

        Assert.InRange(to - output.WrittenCount, 128.0 * to / Math.Min(from, to) - 1, 128.0 * to / Math.Min(from, to) + 2);
    }

    [Theory]
    [InlineData(44100, 16000)]
    [InlineData(16000, 44100)]
    [InlineData(1, 1000)]
    [InlineData(768_000, 768)]
    public void Resample_AnyLength_GivesTheRoundedUpNumberOfSamples(int from, int to)
    {
        foreach (int length in (int[])[1, 2, 3, 100, 1001, 4096, 4097])
        {
            Assert.Equal(((long)length * to + from - 1) / from, Resampler.Resample(Fixture.Noise(length, 0.5f), from, to).Length);
        }
    }

    [Fact]
    public void Resample_SameRate_Copies() => Assert.Equal([1f, 2f], Resampler.Resample([1f, 2f], 8000, 8000));

    [Fact]
    public void Resample_NoSamples_GivesNone() => Assert.Empty(Resampler.Resample([], 44100, 16000));

    [Fact]
    public void Constructor_RatesOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(0, 16000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(16000, 1));
    }
}
