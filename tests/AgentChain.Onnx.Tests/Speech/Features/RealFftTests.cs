using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Tests.Speech.Features;

public class RealFftTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(400)]
    [InlineData(512)]
    [InlineData(882)]
    [InlineData(1024)]
    [InlineData(2 * 31)]
    public void Power_AnyEvenLength_EqualsDirectTransform(int length)
    {
        float[] samples = Fixture.Noise(length, 1f);
        RealFft fft = new(length);
        float[] power = new float[fft.Bins];

        fft.Power(samples, power);
        fft.Power(samples, power); // scratch memory swaps sides: a second run must not see the first

        for (int k = 0; k < fft.Bins; k++)
        {
            double re = 0, im = 0;
            for (int i = 0; i < length; i++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)k * i % length) / length);
                re += samples[i] * cos;
                im += samples[i] * sin;
            }

            Assert.Equal(re * re + im * im, power[k], 1e-5 * length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(401)]
    public void Constructor_OddOrTooShortLength_Throws(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft(length));
}
