using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using Google.Protobuf;

namespace AgentChain.Onnx.Pruning;

/// <summary>
/// Changes a decoder so that it computes the logits of the last token of its input only. Each earlier one has done its part with its keys
/// and values, so everything behind the last attention is computed for a row instead of all of them.
/// <code>
///   before:  attention ─┐
///            residual ──┴─ add ─ norm ─ gate, up, down ─ add ─ norm ─ head ─ logits [batch, length, vocabulary]
///   after:   attention ─ last ─┐
///            residual ── last ─┴─ add ─ norm ─ ...                  ─ head ─ logits [batch, 1, vocabulary]
/// </code>
/// (1) From the logits backward, nodes are taken that work row by row and whose outputs only such nodes use. (2) Where what they take comes
/// from another node, a Slice of the last row goes between.
/// </summary>
static class LastRow
{
    const string Prefix = "agentchain.last_row.";
    const int FirstSliceWithInputs = 10;

    /// <summary>The largest file that is changed. The changed contents are in memory until the model is loaded.</summary>
    const long LargestFile = 1 << 30;

    /// <summary>Changes a model.</summary>
    /// <param name="path">The path of its file.</param>
    /// <param name="logits">The name of the output, which has three dimensions: batch, length and vocabulary.</param>
    /// <returns>The changed contents, or <see langword="null"/> if nothing can be saved or the model cannot be read.</returns>
    public static byte[]? Keep(string path, string logits)
    {
        long most = Math.Min(LargestFile, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);
        try
        {
            using FileStream file = new ModelFile(path).Open(most);
            return Keep(file, logits);
        }
        catch (Exception error) when (error is OnnxModelException or IOException or UnauthorizedAccessException)
        {
            // ONNX Runtime says what is wrong with the file.
            return null;
        }
    }

    /// <summary>Changes a model.</summary>
    /// <param name="model">The contents of its file, which must stay the same meanwhile.</param>
    /// <param name="logits">The name of the output.</param>
    /// <returns>The changed contents, or <see langword="null"/> if nothing can be saved or the model cannot be read.</returns>
    public static byte[]? Keep(Stream model, string logits)
    {
        try
        {
            var graph = new GraphFile(model);
            return graph.OperatorSet >= FirstSliceWithInputs && !HasOtherNames(graph) ? Keep(graph, logits) : null;
        }
        catch (Exception error) when (error is InvalidDataException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    static byte[]? Keep(GraphFile graph, string logits)
    {
        var edges = new GraphEdges(graph);
        var shapes = new GraphShapes(graph);
        var region = new Dictionary<NodePart, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);

        // (1) A value is looked at again whenever one more of the nodes that use it is taken, so the last of them decides.
        var open = new Stack<string>([logits]);
        while (open.TryPop(out string? value))
        {
            if (edges.Producer(value) is not { } node || region.ContainsKey(node) || !node.Output.All(IsFree)
                || RowOperators.Activations(node, shapes) is not { Count: > 0 } activations)
            {
                continue;
            }

            region.Add(node, activations);
            foreach (string activation in activations)
            {
                open.Push(activation);
            }
        }

        return region.Count == 0 ? null : Cut(graph, region, edges);

        bool IsFree(string output) =>
            edges.IsOutput(output) == (output == logits) && !edges.IsUsedInside(output) && edges.Users(output).All(region.ContainsKey);
    }

    static byte[] Cut(GraphFile graph, Dictionary<NodePart, IReadOnlyList<string>> region, GraphEdges edges)
    {
        var cut = new HashSet<string>(StringComparer.Ordinal);
        var changed = new Dictionary<NodePart, IReadOnlyList<NodePart>>(ReferenceEqualityComparer.Instance);
        foreach (NodePart node in graph.Nodes)
        {
            string[] values = [.. region.GetValueOrDefault(node, []).Where(v => edges.Producer(v) is not { } producer || !region.ContainsKey(producer)).Distinct()];
            if (values.Length == 0)
            {
                continue;
            }

            // (2)
            changed.Add(node, [.. values.Where(cut.Add).Select(Slice)]);
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = values.Contains(node.Input[i]) ? Prefix + node.Input[i] : node.Input[i];
            }
        }

        // The shapes stated for the values of the region have all rows; the true ones are inferred.
        return graph.Write(
            changed,
            new HashSet<string>(region.Keys.SelectMany(n => n.Output), StringComparer.Ordinal),
            [Integer("start", -1), Integer("end", long.MaxValue), Integer("axis", -2)]);
    }

    /// <summary>
    /// Returns whether a graph has names that the change would give, such as one that was saved by ONNX Runtime after a change; or names that
    /// are not valid text, so that nodes cannot be written as they were.
    /// </summary>
    static bool HasOtherNames(GraphFile graph) => graph.Nodes.SelectMany(n => n.Input.Concat(n.Output).Append(n.Name))
        .Concat(graph.Initializers.Select(t => t.Name)).Concat(graph.Inputs.Select(i => i.Name))
        .Any(n => n.StartsWith(Prefix, StringComparison.Ordinal) || n.Contains('\uFFFD', StringComparison.Ordinal));

    static NodePart Slice(string value) => new()
    {
        OpType = "Slice",
        Name = Prefix + "slice." + value,
        Input = { value, Prefix + "start", Prefix + "end", Prefix + "axis" },
        Output = { Prefix + value },
    };

    static TensorPart Integer(string name, long value) => new() { Name = Prefix + name, DataType = 7, Dims = { 1 }, Int64Data = { value } };
}
