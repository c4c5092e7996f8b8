using System.Numerics.Tensors;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Splits audio that is longer than a model hears at once.</summary>
internal static class SpeechWindows
{
    private const int Parts = 10, SearchSeconds = 5;

    /// <summary>
    /// Returns consecutive ranges of at most <paramref name="longest"/> samples. A cut is in the quietest tenth of a second of a window's
    /// last five seconds, so that it rarely hits a word.
    /// </summary>
    public static IReadOnlyList<Range> Split(ReadOnlySpan<float> samples, int longest, int sampleRate)
    {
        var windows = new List<Range>();
        int start = 0;
        while (samples.Length - start > longest)
        {
            int end = Quietest(samples, start + longest, sampleRate);
            windows.Add(start..end);
            start = end;
        }

        if (start < samples.Length)
        {
            windows.Add(start..samples.Length);
        }

        return windows;
    }

    private static int Quietest(ReadOnlySpan<float> samples, int end, int sampleRate)
    {
        int part = sampleRate / Parts, best = end;
        float least = float.PositiveInfinity;
        for (int at = end - part; at >= end - SearchSeconds * sampleRate; at -= part)
        {
            float energy = TensorPrimitives.SumOfSquares(samples.Slice(at, part));
            if (energy < least)
            {
                (best, least) = (at + part / 2, energy);
            }
        }

        return best;
    }
}
