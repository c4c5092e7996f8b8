using System.Runtime.CompilerServices;

namespace AgentChain.Onnx.Speech.Audio;

internal static class SampleRates
{
    public const int Maximum = 768_000;

    public static void Check(int sampleRate, [CallerArgumentExpression(nameof(sampleRate))] string? name = null)
    {
        if (sampleRate is < 1 or > Maximum)
        {
            throw new ArgumentOutOfRangeException(name, sampleRate, $"A sample rate must be between 1 and {Maximum} Hz.");
        }
    }
}
