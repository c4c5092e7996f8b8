namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Adds probabilities that are stored as logarithms.</summary>
internal static class LogMath
{
    public static double Add(double a, double b)
    {
        if (a < b)
        {
            (a, b) = (b, a);
        }

        // Below e^-37, b does not change a single bit of a. This also covers minus infinity.
        double distance = b - a;
        return distance > -37 ? a + Math.Log(1 + Math.Exp(distance)) : a;
    }
}
