namespace AgentChain.Onnx.Pruning;

/// <summary>Tells which nodes make values of two or more dimensions, as far as decoders have them before their last layer.</summary>
static class MatrixOperators
{
    /// <summary>Operators whose output has as many dimensions as their first input, or more.</summary>
    static readonly HashSet<string> LikeFirst = new(StringComparer.Ordinal)
    {
        "Cast", "Identity", "Dropout", "Transpose", "Slice", "Split", "Pad", "Tile", "Expand", "Unsqueeze", "CumSum", "Trilu", "ScatterND",
        "ScatterElements", "Softmax", "LogSoftmax", "Sigmoid", "Tanh", "Erf", "Relu", "LeakyRelu", "Elu", "Gelu", "FastGelu", "BiasGelu", "QuickGelu",
        "Swish", "HardSwish", "Mish", "Softplus", "Neg", "Sqrt", "Reciprocal", "Exp", "Log", "Abs", "Sin", "Cos", "Clip", "LayerNormalization",
        "SimplifiedLayerNormalization", "RMSNormalization", "RotaryEmbedding", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
        "MatMulNBits", "MoE", "QMoE",
    };

    /// <summary>Operators of elements, whose output has as many dimensions as any of their inputs, or more.</summary>
    static readonly HashSet<string> LikeAny = new(StringComparer.Ordinal) { "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Where", "Concat", "Sum", "Mean" };

    /// <summary>Products, whose output has two dimensions if both inputs have.</summary>
    static readonly HashSet<string> Products = new(StringComparer.Ordinal) { "MatMul", "MatMulInteger", "FusedMatMul" };

    /// <summary>Operators that take nothing else than matrices, and each of whose outputs has three or four dimensions.</summary>
    static readonly HashSet<string> Always = new(StringComparer.Ordinal)
    {
        "GroupQueryAttention", "MultiHeadAttention", "Attention", "SkipLayerNormalization", "SkipSimplifiedLayerNormalization",
    };

    /// <summary>Returns whether the first output of a node is known to have two or more dimensions.</summary>
    public static bool Makes(NodePart node, GraphShapes shapes)
    {
        string op = node.OpType;
        return Always.Contains(op) || op is "Gemm" or "Conv" or "Flatten"
            || (LikeFirst.Contains(op) && IsMatrix(0))
            || (LikeAny.Contains(op) && node.Input.Any(shapes.IsMatrix))
            || (Products.Contains(op) && IsMatrix(0) && IsMatrix(1))
            || (op.StartsWith("Reduce", StringComparison.Ordinal) && IsMatrix(0) && (node.Attribute.FirstOrDefault(a => a.Name == "keepdims")?.I ?? 1) == 1)
            // Each index is replaced by one row at least.
            || (op is "Gather" or "GatherBlockQuantized" && IsMatrix(1))
            || (op == "Reshape" && node.Input.Count > 1 && shapes.IsLongVector(node.Input[1]));

        bool IsMatrix(int input) => node.Input.Count > input && shapes.IsMatrix(node.Input[input]);
    }

    /// <summary>Returns whether all outputs of such a node have as many dimensions as the first.</summary>
    public static bool OfAllOutputs(NodePart node) => node.OpType == "Split" || Always.Contains(node.OpType);

    /// <summary>Returns whether a node makes the shape of a matrix: that of one, or one put together from several numbers.</summary>
    public static bool MakesLongVector(NodePart node, GraphShapes shapes) => node.OpType switch
    {
        "Shape" => node.Attribute.Count == 0 && node.Input is [var of] && shapes.IsMatrix(of),
        "Concat" => node.Input.Any(shapes.IsLongVector) || node.Input.Count(shapes.IsNumber) >= 2,
        "Cast" or "Identity" => node.Input is [var of] && shapes.IsLongVector(of),
        _ => false,
    };

    /// <summary>Returns whether a node makes a number, or a vector of at least one: a part of a shape.</summary>
    public static bool MakesNumber(NodePart node, GraphShapes shapes) => node.OpType switch
    {
        "Gather" => node.Input is [var of, var index] && shapes.IsLongVector(of) && shapes.Constant(index) is [] or [>= 1],
        "Add" or "Sub" or "Mul" or "Div" => node.Input.All(shapes.IsNumber),
        "Cast" or "Identity" or "Unsqueeze" => node.Input.Count > 0 && shapes.IsNumber(node.Input[0]),
        _ => false,
    };
}
