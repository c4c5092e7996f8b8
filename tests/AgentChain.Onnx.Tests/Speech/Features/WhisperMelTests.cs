using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Tests.Speech.Features;

public class WhisperMelTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(128)]
    public void Compute_TestSignal_EqualsTorch(int filters)
    {
        float[] expected = Fixture.Floats($"whisper{filters}.f32");
        WhisperMel mel = new(filters);
        float[] features = new float[filters * WhisperMel.Frames];

        mel.Compute(Fixture.Pcm16("signal.s16"), features);

        for (int i = 0; i < expected.Length; i++)
        {
            float actual = features[i / 64 * WhisperMel.Frames + i % 64];
            Assert.True(Math.Abs(expected[i] - actual) < 5e-4, $"filter {i / 64}, frame {i % 64}: {expected[i]} expected, {actual} found");
        }

        Assert.Equal(features.Min(), features[^1]); // padding is as quiet as it gets
        Assert.Equal(2f, features.Max() - features.Min(), 1e-4f); // 8 decades over 4
    }

    [Fact]
    public void Compute_MoreThanThirtySeconds_LooksAtTheFirstThirty()
    {
        float[] noise = Fixture.Noise(31 * WhisperMel.SampleRate, 0.1f);
        WhisperMel mel = new();
        float[] cut = new float[80 * WhisperMel.Frames], whole = new float[80 * WhisperMel.Frames];

        mel.Compute(noise.AsSpan(0, 30 * WhisperMel.SampleRate), cut);
        mel.Compute(noise, whole);

        Assert.Equal(cut, whole);
    }

    [Fact]
    public void Compute_WrongSpan_Throws() => Assert.Throws<ArgumentException>(() => new WhisperMel().Compute([0f], new float[5]));
}
