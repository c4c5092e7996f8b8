using System.Buffers.Binary;

namespace AgentChain.Onnx.Pruning;

/// <summary>
/// Represents what is known of the values of a graph: the shapes of constants, and which of the others are matrices, with two or more
/// dimensions. What is not known is neither. Nodes are in the order in which they run, so one pass over them is enough.
/// </summary>
sealed class GraphShapes
{
    const int Int64 = 7;

    readonly Dictionary<string, IReadOnlyList<long>> _constants = new(StringComparer.Ordinal);
    readonly Dictionary<string, TensorPart> _initializers = new(StringComparer.Ordinal);
    readonly HashSet<string> _matrices = new(StringComparer.Ordinal);

    /// <summary>The vectors whose length is known to be two or more: shapes of matrices.</summary>
    readonly HashSet<string> _long = new(StringComparer.Ordinal);

    /// <summary>The numbers, and vectors of at least one, that can be parts of a shape.</summary>
    readonly HashSet<string> _numbers = new(StringComparer.Ordinal);

    public GraphShapes(GraphFile graph)
    {
        foreach (ValuePart input in graph.Inputs.Where(i => i.Type?.TensorType?.Shape?.Dim.Count >= 2))
        {
            _matrices.Add(input.Name);
        }

        foreach (TensorPart tensor in graph.Initializers)
        {
            _initializers[tensor.Name] = tensor;
            AddConstant(tensor.Name, tensor.Dims);
        }

        foreach (NodePart node in graph.Nodes.Where(n => n.Output.Count > 0 && n.Domain is "" or "ai.onnx" or "com.microsoft"))
        {
            if (ConstantShape(node) is { } shape)
            {
                AddConstant(node.Output[0], shape);
            }
            else if (MatrixOperators.Makes(node, this))
            {
                _matrices.UnionWith(MatrixOperators.OfAllOutputs(node) ? node.Output : [node.Output[0]]);
            }
            else if (MatrixOperators.MakesLongVector(node, this))
            {
                _long.Add(node.Output[0]);
            }
            else if (MatrixOperators.MakesNumber(node, this))
            {
                _numbers.Add(node.Output[0]);
            }
        }
    }

    /// <summary>Returns the shape of a constant; <see langword="null"/> if the value is not one, or its shape is not known.</summary>
    public IReadOnlyList<long>? Constant(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Returns whether a value is known to have two or more dimensions.</summary>
    public bool IsMatrix(string name) => _matrices.Contains(name);

    /// <summary>Returns whether a value is known to be a vector of two or more numbers.</summary>
    public bool IsLongVector(string name) => _long.Contains(name);

    /// <summary>Returns whether a value is known to be a number, or a vector of at least one.</summary>
    public bool IsNumber(string name) => _numbers.Contains(name);

    /// <summary>Returns the integers of a short initializer, or <see langword="null"/> if the name is not of one.</summary>
    public IReadOnlyList<long>? Integers(string name)
    {
        if (!_initializers.TryGetValue(name, out TensorPart? tensor) || tensor.DataType != Int64)
        {
            return null;
        }

        return tensor.RawData.Length == sizeof(long) ? [BinaryPrimitives.ReadInt64LittleEndian(tensor.RawData.Span)] : tensor.Int64Data;
    }

    void AddConstant(string name, IReadOnlyList<long> shape)
    {
        _constants[name] = shape;
        if (shape.Count >= 2)
        {
            _matrices.Add(name);
        }
        else if (shape is [] or [>= 1])
        {
            _numbers.Add(name);
            _long.UnionWith(shape is [>= 2] ? [name] : []);
        }
    }

    /// <summary>Returns the shape of what a node makes from constants only, as exports leave it: a converted or turned weight.</summary>
    IReadOnlyList<long>? ConstantShape(NodePart node)
    {
        if (node.OpType == "Constant")
        {
            return node.Attribute is [{ Name: "value", T: { } value }] ? value.Dims
                : node.Attribute is [{ Name: "value_float" or "value_int" }] ? []
                : null;
        }

        if (node.Input.Count == 0 || !node.Input.All(i => i.Length == 0 || _constants.ContainsKey(i)) || Constant(node.Input[0]) is not { } shape)
        {
            return null;
        }

        return node.OpType switch
        {
            "Cast" or "Identity" or "DequantizeLinear" => shape,
            "Transpose" => node.Attribute is [{ Name: "perm" } order] && order.Ints.Count == shape.Count && order.Ints.All(i => i >= 0 && i < shape.Count)
                ? [.. order.Ints.Select(i => shape[(int)i])]
                : [.. shape.Reverse()],
            _ => null,
        };
    }
}
