using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Tests.Speech.Features;

public class KaldiFbankTests
{
    private readonly float[] _signal = Fixture.Pcm16("signal.s16");

    [Fact]
    public void Compute_TestSignal_EqualsTorchaudio()
    {
        float[] expected = Fixture.Floats("fbank.f32");

        float[] actual = KaldiFbank.Compute(_signal);

        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) < 2e-3, $"frame {i / 80}, filter {i % 80}: {expected[i]} expected, {actual[i]} found");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(160)]
    [InlineData(4096)]
    public void Read_AudioInChunks_EqualsWhole(int chunk)
    {
        float[] whole = KaldiFbank.Compute(_signal);
        KaldiFbank bank = new();
        List<float> frames = [];
        float[] buffer = new float[3 * bank.Dimension];
        for (int start = 0; start < _signal.Length; start += chunk)
        {
            bank.Accept(_signal.AsSpan(start, Math.Min(chunk, _signal.Length - start)));
            Drain(bank, buffer, frames);
        }

        bank.Finish();
        Drain(bank, buffer, frames);

        Assert.Equal(whole, frames);
    }

    [Fact]
    public void Read_LongStream_KeepsFramesOfFreshBank()
    {
        float[] noise = Fixture.Noise(200_000, 0.1f);
        float[] whole = KaldiFbank.Compute(noise);
        KaldiFbank bank = new();
        List<float> frames = [];
        float[] buffer = new float[1000 * bank.Dimension];
        for (int start = 0; start < noise.Length; start += 5000)
        {
            bank.Accept(noise.AsSpan(start, 5000));
            Drain(bank, buffer, frames);
        }

        bank.Finish();
        Drain(bank, buffer, frames);

        Assert.Equal(whole, frames);
    }

    [Fact]
    public void Read_AfterWarmUp_AllocatesNothing()
    {
        KaldiFbank bank = new();
        float[] noise = Fixture.Noise(16_000, 0.1f);
        float[] buffer = new float[200 * bank.Dimension];
        for (int i = 0; i < 3; i++)
        {
            bank.Accept(noise);
            bank.Read(buffer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            bank.Accept(noise);
            bank.Read(buffer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Compute_DigitalSilence_GivesFloor()
    {
        Assert.All(KaldiFbank.Compute(new float[1600]), value => Assert.Equal(KaldiFbank.Floor, value, 1e-4f));
        Assert.Empty(KaldiFbank.Compute([]));
        Assert.Equal(80, KaldiFbank.Compute(new float[100]).Length); // shorter than its own mirror
    }

    [Fact]
    public void Constructor_ContradictoryOptions_Throws()
    {
        Assert.Throws<ArgumentException>(() => new KaldiFbank(new KaldiFbankOptions { HighFrequency = 9000 }));
        Assert.Throws<ArgumentException>(() => new KaldiFbank(new KaldiFbankOptions { MelFilters = 0 }));
        Assert.Throws<ArgumentException>(() => new KaldiFbank(new KaldiFbankOptions { FrameLengthMilliseconds = 5 }));
    }

    [Fact]
    public void Accept_AfterFinish_Throws()
    {
        KaldiFbank bank = new();
        bank.Finish();
        Assert.Throws<InvalidOperationException>(() => bank.Accept([0f]));
    }

    private static void Drain(KaldiFbank bank, float[] buffer, List<float> frames)
    {
        for (int read = bank.Read(buffer); read > 0; read = bank.Read(buffer))
        {
            frames.AddRange(buffer.AsSpan(0, read * bank.Dimension));
        }
    }
}
