namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Sums of probabilities that are kept as logarithms.</summary>
internal static class LogMath
{
    public static double Add(double a, double b)
    {
        if (a < b)
        {
            (a, b) = (b, a);
        }

        // Below e^-37 the sum is a to the last bit; this also covers minus infinity.
        double distance = b - a;
        return distance > -37 ? a + Math.Log(1 + Math.Exp(distance)) : a;
    }
}
