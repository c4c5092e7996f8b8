using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Runtime;

/// <summary>Describes an input or output of a graph, as the model file declares it.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="ElementType">The element type.</param>
/// <param name="Shape">The dimensions; -1 for each that the graph leaves open.</param>
public sealed record TensorDescription(string Name, TensorElementType ElementType, ImmutableArray<long> Shape)
{
    internal static TensorDescription From(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new(name, metadata.ElementDataType, [.. metadata.Dimensions.Select(d => (long)d)])
        : new(name, TensorElementType.DataTypeMax, []);

    /// <summary>Returns the name, type and shape, for example <c>input_ids: Int64[?,?]</c>.</summary>
    public override string ToString() =>
        $"{Name}: {ElementType}[{string.Join(',', Shape.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";

    /// <summary>
    /// Determines whether a tensor with the specified dimensions fits: it must have the same rank and equal every fixed dimension.
    /// </summary>
    /// <param name="shape">The dimensions to test.</param>
    public bool Accepts(ReadOnlySpan<long> shape)
    {
        if (Shape.IsDefaultOrEmpty)
        {
            return true;
        }

        if (shape.Length != Shape.Length)
        {
            return false;
        }

        for (int i = 0; i < shape.Length; i++)
        {
            if (Shape[i] >= 0 && Shape[i] != shape[i])
            {
                return false;
            }
        }

        return true;
    }
}
