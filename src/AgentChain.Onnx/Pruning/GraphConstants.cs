using System.Buffers.Binary;

namespace AgentChain.Onnx.Pruning;

/// <summary>Represents the values of a graph that are the same in every run: the initializers and what is computed from them alone.</summary>
sealed class GraphConstants
{
    const int Int64 = 7;

    readonly HashSet<string> _names;
    readonly Dictionary<string, TensorPart> _initializers = new(StringComparer.Ordinal);

    public GraphConstants(GraphPart graph)
    {
        foreach (TensorPart tensor in graph.Initializer)
        {
            _initializers[tensor.Name] = tensor;
        }

        _names = new(_initializers.Keys, StringComparer.Ordinal);
        foreach (NodePart node in graph.Node)
        {
            if (IsConstant(node))
            {
                _names.UnionWith(node.Output);
            }
        }
    }

    public bool Contains(string name) => _names.Contains(name);

    /// <summary>Returns the integers of a short initializer, or <see langword="null"/> if the name is not of one.</summary>
    public IReadOnlyList<long>? Integers(string name)
    {
        if (!_initializers.TryGetValue(name, out TensorPart? tensor) || tensor.DataType != Int64)
        {
            return null;
        }

        return tensor.RawData.Length == sizeof(long) ? [BinaryPrimitives.ReadInt64LittleEndian(tensor.RawData.Span)] : tensor.Int64Data;
    }

    bool IsConstant(NodePart node) => node.OpType == "Constant" || (
        node.Input.Count > 0 && node.Input.All(i => i.Length == 0 || _names.Contains(i))
        && !node.OpType.StartsWith("Random", StringComparison.Ordinal) && node.OpType is not ("Bernoulli" or "Multinomial"));
}
