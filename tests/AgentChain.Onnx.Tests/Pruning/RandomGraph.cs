using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Pruning;

/// <summary>
/// A random graph from tokens to logits: operators that work on each row and such that mix the rows, on values of all ranks, some used twice,
/// in branches, or as outputs.
/// </summary>
sealed class RandomGraph
{
    /// <summary>The number of tokens.</summary>
    public const int Words = 10;

    const int Width = 8, Vocabulary = 5;

    readonly Random _random;
    readonly OnnxGraph _graph = new();
    readonly List<string> _rows = [], _columns = [], _matrices = [], _vectors = [], _scalars = [], _single = [];
    int _constants;

    public RandomGraph(int seed)
    {
        _random = new Random(seed);
        _graph.Input("ids", TensorElementType.Int64, "batch", "length");
        string embedded = _graph.Node("Gather", [Constant(Words, Width), "ids"]);
        _rows.Add(embedded);
        Add(_columns, "ReduceMean", [embedded], ("axes", new[] { 2 }));
        Add(_matrices, "ReduceMean", [embedded], ("axes", new[] { 0 }), ("keepdims", 0));
        Add(_vectors, "ReduceMean", [embedded], ("axes", new[] { 0, 1 }), ("keepdims", 0));
        Add(_scalars, "ReduceMean", [embedded], ("axes", new[] { 0, 1, 2 }), ("keepdims", 0));
        Add(_single, "Add", [_vectors[0], Constant(1, 1, Width)]);
        int steps = _random.Next(3, 14);
        for (int i = 0; i < steps; i++)
        {
            Step(_random.Next(30));
        }

        Head();
        _graph.Output("logits", TensorElementType.Float, "batch", "length", Vocabulary);
        if (_random.Next(6) == 0)
        {
            _graph.Output(Row(), TensorElementType.Float, "batch", "length", Width);
        }
    }

    public byte[] ToModel() => _graph.ToModel();

    void Head()
    {
        string logits = _graph.Node("MatMul", [Row(), Weights(Width, Vocabulary)], _random.Next(3) > 0 ? "logits" : null);
        if (logits != "logits")
        {
            string other = _random.Next(5) switch
            {
                0 => From(_scalars),
                1 => From(_columns),
                2 => Constant(Vocabulary),
                3 => Constant(1, 1, Vocabulary),
                _ => _graph.Node("MatMul", [Row(), Weights(Width, Vocabulary)]),
            };
            _graph.Node(Any(["Add", "Mul", "Sub"]), [logits, other], "logits");
        }
    }

    void Step(int kind)
    {
        string row = Row();
        switch (kind)
        {
            case 0 or 1 or 2:
                Add(_rows, "MatMul", [row, Weights(Width, Width)]);
                break;
            case 3 or 4:
                Add(_rows, Any(["Add", "Mul", "Sub", "Min", "Max"]), [row, Row()]);
                break;
            case 5:
                Add(_rows, "Add", [row, From(_columns, _matrices, _vectors, _scalars, _single)]);
                break;
            case 6:
                Add(_rows, "Mul", [From(_columns, _matrices, _vectors, _scalars), row]);
                break;
            case 7:
                Add(_rows, Any(["Tanh", "Sigmoid", "Neg", "Abs", "Erf", "Relu", "Softplus", "Identity", "com.microsoft:QuickGelu", "com.microsoft:FastGelu"]), [row]);
                break;
            case 8:
                Add(_rows, "LayerNormalization", [row, Constant(Width)], ("axis", Any([-1, 2])));
                break;
            case 9:
                Add(_rows, "com.microsoft:SkipLayerNormalization", [row, Any([Row(), From(_matrices)]), Constant(Width)]);
                break;
            case 10:
                string sum = $"sum.{_constants++}";
                Add(_rows, "SimplifiedLayerNormalization", [row, Constant(Width)]);
                _graph.Nodes("com.microsoft:SkipSimplifiedLayerNormalization", [row, Row(), Constant(Width)], [sum + ".normal", "", "", sum]);
                _rows.AddRange(sum, sum + ".normal");
                break;
            case 11:
                string half = $"half.{_constants++}";
                _graph.Nodes("Split", [row], [half + ".a", half + ".b"], ("axis", Any([-1, 2])));
                Add(_rows, "Concat", [half + ".b", half + ".a"], ("axis", -1));
                Add(_rows, "MatMul", [half + ".a", Weights(Width / 2, Width)]);
                break;
            case 12:
                Add(_rows, "Softmax", [row], ("axis", Any([1, -1, -2, 2])));
                break;
            case 13:
                Add(_columns, "ReduceMean", [row], ("axes", new[] { Any([-1, 2]) }));
                break;
            case 14:
                Add(_rows, "Sub", [row, _graph.Node("ReduceMean", [row], null, ("axes", new[] { Any([1, -2, 0, 2]) }))]);
                break;
            case 15:
                Add(_rows, "CumSum", [row, _graph.Scalar(1)]);
                break;
            case 16:
                string turned = _graph.Node("Transpose", [row], null, ("perm", new[] { 0, 2, 1 }));
                Add(_rows, "Transpose", [_graph.Node(Any(["Tanh", "Identity"]), [turned])], ("perm", new[] { 0, 2, 1 }));
                break;
            case 17:
                string heads = _graph.Node("Reshape", [row, _graph.Shape(0, 0, 2, Width / 2)]);
                Add(_rows, "Reshape", [_graph.Node(Any(["Tanh", "Neg"]), [heads]), _graph.Shape(0, 0, Width)]);
                break;
            case 18:
                // The rows in the opposite order.
                string last = _graph.Node("Slice", [row, _graph.Shape(-1), _graph.Shape(-1000), _graph.Shape(1), _graph.Shape(-1)]);
                Add(_rows, "Add", [row, last]);
                break;
            case 19:
                string quantized = $"quantized.{_constants++}";
                _graph.Nodes("DynamicQuantizeLinear", [row], [quantized, quantized + ".scale", quantized + ".zero"]);
                string integer = _graph.Node("MatMulInteger", [quantized, Bytes(Width, Width), quantized + ".zero"]);
                string scale = _graph.Node("Mul", [quantized + ".scale", Constant()]);
                Add(_rows, "Mul", [_graph.Node("Cast", [integer], null, ("to", 1)), scale]);
                break;
            case 20:
                Add(_rows, "Add", [_rows[0], _graph.Node("Add", [From(_matrices), Constant(1, 1, Width)])]);
                Add(_single, "Add", [From(_vectors, _scalars), Constant(1, 1, Width)]);
                Add(_matrices, "Add", [From(_vectors, _scalars), From(_matrices)]);
                break;
            case 21:
                Add(_rows, "MatMul", [row, Weights(1, Width, Width)]);
                Add(_rows, "Add", [row, _graph.Node("MatMul", [From(_matrices), Weights(1, Width, Width)])]);
                break;
            case 22:
                Add(_vectors, "MatMul", [From(_vectors), Weights(Width, Width)]);
                Add(_rows, "Add", [row, _vectors[^1]]);
                break;
            case 23:
                string condition = _graph.Node("Greater", [From(_scalars), Constant()]);
                var then = new OnnxGraph();
                then.Output(then.Node(Any(["Identity", "Tanh"]), [row], $"then.{_constants}"), TensorElementType.Float, "batch", "length", Width);
                var otherwise = new OnnxGraph();
                otherwise.Output(otherwise.Node("Add", [row, Row()], $"else.{_constants++}"), TensorElementType.Float, "batch", "length", Width);
                Add(_rows, "If", [condition], ("then_branch", then), ("else_branch", otherwise));
                break;
            case 24:
                Add(_rows, "Clip", [row, "", Constant()]);
                break;
            case 25:
                Add(_scalars, "Tanh", [From(_scalars)]);
                Add(_rows, "Mul", [row, _scalars[^1]]);
                break;
            case 26:
                string weights = _graph.Node("Softmax", [_graph.Node("MatMul", [row, _graph.Node("Transpose", [Row()], null, ("perm", new[] { 0, 2, 1 }))])], null, ("axis", -1));
                Add(_rows, "Add", [row, _graph.Node("MatMul", [weights, Row()])]);
                break;
            case 27:
                string both = _graph.Node("Concat", [row, Row()], null, ("axis", 1));
                Add(_rows, "Slice", [both, _graph.Shape(0), _graph.Node("Slice", [_graph.Node("Shape", [row]), _graph.Shape(1), _graph.Shape(2)]), _graph.Shape(1)]);
                break;
            case 28:
                Add(_rows, "Where", [_graph.Node("Greater", [row, Constant()]), row, From(_vectors, _scalars, _matrices)]);
                break;
            default:
                string convolved = _graph.Node("Conv", [_graph.Node("Transpose", [row], null, ("perm", new[] { 0, 2, 1 })), Weights(Width, Width, 3)], null, ("pads", new[] { 2, 0 }));
                Add(_rows, "Transpose", [convolved], ("perm", new[] { 0, 2, 1 }));
                break;
        }
    }

    string Row() => _rows[Math.Max(0, _rows.Count - 1 - _random.Next(_random.Next(1, 4)))];

    T Any<T>(params T[] values) => values[_random.Next(values.Length)];

    string From(params List<string>[] lists) => Any([.. lists[_random.Next(lists.Length)]]);

    void Add(List<string> to, string op, string[] inputs, params (string Name, object Value)[] attributes) => to.Add(_graph.Node(op, inputs, null, attributes));

    string Weights(params int[] shape) => Constant(shape);

    string Constant(params int[] shape) =>
        _graph.Constant($"c{_constants++}", [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)((_random.NextDouble() * 2) - 1))], shape);

    string Bytes(int rows, int columns) => _graph.Node(
        "Cast", [Constant(rows, columns)], null, ("to", (int)TensorElementType.UInt8));
}
