using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Graphs;

/// <summary>
/// Builds a graph in the ONNX format (field numbers of onnx.proto, IR version 8, opset 17). An operator of another domain is written
/// <c>domain:Operator</c>; an empty input or output name leaves it out.
/// </summary>
sealed class OnnxGraph
{
    readonly ProtoWriter _graph = new();
    readonly HashSet<string> _constants = [];
    int _unnamed;

    /// <summary>Declares an input; a dimension is a number or a name.</summary>
    public OnnxGraph Input(string name, TensorElementType type, params object[] shape)
    {
        _graph.Message(11, Value(name, type, shape));
        return this;
    }

    /// <summary>Declares an output.</summary>
    public OnnxGraph Output(string name, TensorElementType type, params object[] shape)
    {
        _graph.Message(12, Value(name, type, shape));
        return this;
    }

    /// <summary>Adds a constant, once, and returns its name.</summary>
    public string Constant(string name, float[] values, params int[] shape) => Constant(name, TensorElementType.Float, MemoryMarshal.AsBytes<float>(values), shape);

    public string Constant(string name, long[] values, params int[] shape) => Constant(name, TensorElementType.Int64, MemoryMarshal.AsBytes<long>(values), shape);

    /// <summary>Adds a constant matrix.</summary>
    public string Constant(string name, Matrix values) => Constant(name, values.Values, values.Rows, values.Columns);

    /// <summary>Adds a vector of integers.</summary>
    public string Shape(params long[] values) => Constant("shape" + string.Join("_", values), values, values.Length);

    /// <summary>Adds a single integer.</summary>
    public string Scalar(long value) => Constant($"scalar{value}", [value]);

    /// <summary>Adds a node with one output and returns the output's name; without a name it gets one.</summary>
    public string Node(string op, string[] inputs, string? output = null, params (string Name, object Value)[] attributes)
    {
        output ??= $"{op[(op.IndexOf(':', StringComparison.Ordinal) + 1)..]}.{_unnamed++}";
        Nodes(op, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public void Nodes(string op, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        int colon = op.IndexOf(':', StringComparison.Ordinal);
        var node = new ProtoWriter();
        Array.ForEach(inputs, i => node.Text(1, i));
        Array.ForEach(outputs, o => node.Text(2, o));
        node.Text(4, op[(colon + 1)..]);
        Array.ForEach(attributes, a => node.Message(5, Attribute(a.Name, a.Value)));
        if (colon > 0)
        {
            node.Text(7, op[..colon]);
        }

        _graph.Message(1, node);
    }

    /// <summary>Multiplies by a constant matrix.</summary>
    public string MatMul(string x, Matrix weights, string name) => Node("MatMul", [x, Constant(name, weights)]);

    /// <summary>Returns the model.</summary>
    public byte[] ToModel(params (string Key, string Value)[] metadata)
    {
        ProtoWriter model = new ProtoWriter().Integer(1, 8).Text(2, "agentchain").Message(7, Named("main_graph"))
            .Message(8, new ProtoWriter().Text(1, "").Integer(2, 17)).Message(8, new ProtoWriter().Text(1, "com.microsoft").Integer(2, 1));
        Array.ForEach(metadata, m => model.Message(14, new ProtoWriter().Text(1, m.Key).Text(2, m.Value)));
        return model.ToArray();
    }

    ProtoWriter Named(string name) => _graph.Text(2, name);

    string Constant(string name, TensorElementType type, ReadOnlySpan<byte> raw, int[] shape)
    {
        if (_constants.Add(name))
        {
            var tensor = new ProtoWriter();
            Array.ForEach(shape, d => tensor.Integer(1, d));
            _graph.Message(5, tensor.Integer(2, (int)type).Text(8, name).Bytes(9, raw));
        }

        return name;
    }

    static ProtoWriter Value(string name, TensorElementType type, object[] shape)
    {
        var dimensions = new ProtoWriter();
        Array.ForEach(shape, d => dimensions.Message(1, d is int size ? new ProtoWriter().Integer(1, size) : new ProtoWriter().Text(2, (string)d)));
        ProtoWriter tensor = new ProtoWriter().Integer(1, (int)type).Message(2, dimensions);
        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensor));
    }

    static ProtoWriter Attribute(string name, object value)
    {
        ProtoWriter attribute = new ProtoWriter().Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Single(2, number).Integer(20, 1);
            case int integer:
                return attribute.Integer(3, integer).Integer(20, 2);
            case OnnxGraph branch:
                return attribute.Message(6, branch.Named(name)).Integer(20, 5);
            case int[] integers:
                Array.ForEach(integers, i => attribute.Integer(8, i));
                return attribute.Integer(20, 7);
            default:
                throw new ArgumentException($"An attribute of type {value.GetType()} is not supported.", nameof(value));
        }
    }
}
