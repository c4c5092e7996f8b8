using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Tests.Speech;

/// <summary>Files under Fixtures, copied beside the tests.</summary>
internal static class Fixture
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Speech", "Fixtures", name);

    public static float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path(name))).ToArray();

    public static float[] Pcm16(string name) =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Path(name))).ToArray(), s => s / 32768f);

    public static float[] Sine(int sampleRate, double hertz, int count, float amplitude = 0.5f)
    {
        float[] samples = new float[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = amplitude * (float)Math.Sin(2 * Math.PI * hertz * i / sampleRate);
        }

        return samples;
    }

    public static float[] Noise(int count, float amplitude, int seed = 1)
    {
        Random random = new(seed);
        float[] samples = new float[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = amplitude * (2 * random.NextSingle() - 1);
        }

        return samples;
    }
}
