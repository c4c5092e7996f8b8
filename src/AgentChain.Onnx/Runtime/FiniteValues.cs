using System.Numerics.Tensors;

namespace AgentChain.Onnx.Runtime;

/// <summary>Checks numbers that a model or a host returned.</summary>
static class FiniteValues
{
    /// <summary>Returns the largest magnitude, 0 if there are no values; it is NaN if any value is.</summary>
    public static float Largest(ReadOnlySpan<float> values) => values.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(values));

    /// <summary>Whether no value is NaN or infinite.</summary>
    public static bool AreAll(ReadOnlySpan<float> values) => float.IsFinite(Largest(values));
}
