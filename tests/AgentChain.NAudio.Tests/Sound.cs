using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.NAudio.Tests;

internal static class Sound
{
    public static PcmAudio Tone(int count = 5000, int sampleRate = 16000)
    {
        float[] samples = new float[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = 0.5f * MathF.Sin(2 * MathF.PI * 440 * i / sampleRate);
        }

        return PcmAudio.Adopt(samples, sampleRate);
    }

    public static void AssertClose(PcmAudio expected, PcmAudio actual, float tolerance)
    {
        Assert.Equal(expected.SampleRate, actual.SampleRate);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual.Samples.Span[i] - expected.Samples.Span[i], -tolerance, tolerance);
        }
    }
}
