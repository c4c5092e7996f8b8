using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>Audio without meaning, which tells recognizers with random weights apart.</summary>
static class SpeechSignals
{
    public const int Rate = 16_000;

    /// <summary>Returns tones that change five times a second, with noise.</summary>
    public static float[] Tones(double seconds, int seed)
    {
        var random = new Random(seed);
        float[] samples = new float[(int)(seconds * Rate)];
        double phase = 0, frequency = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            frequency = i % (Rate / 5) == 0 ? 100 + (2000 * random.NextDouble()) : frequency;
            phase += 2 * Math.PI * frequency / Rate;
            samples[i] = (float)(0.5 * Math.Sin(phase)) + (0.02f * (random.NextSingle() - 0.5f));
        }

        return samples;
    }

    public static PcmAudio Audio(double seconds, int seed) => new(Tones(seconds, seed), Rate);
}
