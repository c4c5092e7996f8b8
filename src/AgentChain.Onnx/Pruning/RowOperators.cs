namespace AgentChain.Onnx.Pruning;

/// <summary>
/// Tells which nodes work on each row of a sequence by itself, so that the last row of their outputs needs only the last row of their
/// inputs. A row is a vector of the last dimension; the rows of a sequence are in the dimension before it.
/// </summary>
static class RowOperators
{
    /// <summary>Operators of one activation, the first input. All others must be constant.</summary>
    static readonly HashSet<string> Single = new(StringComparer.Ordinal)
    {
        "MatMul", "MatMulNBits", "Cast", "Identity", "Sigmoid", "Tanh", "Erf", "Relu", "Gelu", "FastGelu", "BiasGelu", "QuickGelu", "Silu",
        "Swish", "Softplus", "Neg", "Sqrt", "Reciprocal", "Exp", "Abs", "Clip", "LayerNormalization", "SimplifiedLayerNormalization",
        "RMSNormalization", "ReduceMean", "Split", "Slice",
    };

    /// <summary>Operators of elements, each of whose inputs is an activation or constant.</summary>
    static readonly HashSet<string> Elements = new(StringComparer.Ordinal) { "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max" };

    /// <summary>Operators of two activations, the first inputs: a row and what is added to it. All others must be constant.</summary>
    static readonly HashSet<string> Skips = new(StringComparer.Ordinal) { "SkipLayerNormalization", "SkipSimplifiedLayerNormalization" };

    /// <summary>Returns the activations that a node takes row by row, or <see langword="null"/> if it does not work row by row.</summary>
    /// <param name="node">The node.</param>
    /// <param name="shapes">What is known of the values.</param>
    public static IReadOnlyList<string>? Activations(NodePart node, GraphShapes shapes)
    {
        if (node.Domain is not ("" or "ai.onnx" or "com.microsoft") || node.Input.Count == 0)
        {
            return null;
        }

        int most = Elements.Contains(node.OpType) ? node.Input.Count : Skips.Contains(node.OpType) ? 2 : Single.Contains(node.OpType) ? 1 : 0;
        if (most == 0 || !IsOfLastDimension(node, shapes))
        {
            return null;
        }

        var activations = new List<string>();
        for (int i = 0; i < node.Input.Count; i++)
        {
            string input = node.Input[i];
            if (input.Length == 0 || (shapes.Constant(input) is { } constant && IsForEachRow(node, i, constant)))
            {
                continue;
            }

            // A constant of several rows is cut like an activation. Of a value that could be a number or a vector there is no row.
            if (i >= most || !shapes.IsMatrix(input))
            {
                return null;
            }

            activations.Add(input);
        }

        return activations;
    }

    /// <summary>Returns whether a constant is used in the same way for each row.</summary>
    static bool IsForEachRow(NodePart node, int input, IReadOnlyList<long> shape) => node.OpType switch
    {
        "MatMul" => input == 1 && shape.Count >= 2,
        "MatMulNBits" => input > 0,
        _ => shape is [] or [_] or [.., 1, _],
    };

    /// <summary>Returns whether what a node reduces or normalizes is the last dimension.</summary>
    static bool IsOfLastDimension(NodePart node, GraphShapes shapes) => node.OpType switch
    {
        "LayerNormalization" or "SimplifiedLayerNormalization" or "RMSNormalization" =>
            Attribute(node, "axis") is not { } axis || IsLast(axis.I),
        "Split" => Attribute(node, "axis") is { } axis && IsLast(axis.I),
        "Slice" => node.Input.Count > 3 && shapes.Integers(node.Input[3]) is [long axis] && IsLast(axis),
        "ReduceMean" => (Attribute(node, "keepdims")?.I ?? 1) == 1
            && (Attribute(node, "axes")?.Ints ?? (node.Input.Count > 1 ? shapes.Integers(node.Input[1]) : null)) is [long axis] && IsLast(axis),
        _ => true,
    };

    /// <summary>Logits have three dimensions, and these operators do not change the number.</summary>
    static bool IsLast(long axis) => axis is -1 or 2;

    static AttributePart? Attribute(NodePart node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}
