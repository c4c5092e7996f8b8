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

    /// <summary>The largest file that is changed. It is in memory three times until the model is loaded.</summary>
    const long LargestFile = 1 << 30;

    /// <summary>Changes a model.</summary>
    /// <param name="path">The path of its file.</param>
    /// <param name="logits">The name of the output.</param>
    /// <returns>The changed contents, or <see langword="null"/> if nothing can be saved or the model cannot be read.</returns>
    public static byte[]? Keep(string path, string logits)
    {
        int most = (int)Math.Min(LargestFile, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);
        try
        {
            return new FileInfo(path).Length <= most ? Keep(new ModelFile(path).ReadBytes(most), logits) : null;
        }
        catch (Exception error) when (error is OnnxModelException or IOException or UnauthorizedAccessException)
        {
            // ONNX Runtime says what is wrong with the file.
            return null;
        }
    }

    /// <summary>Changes a model.</summary>
    /// <param name="model">The contents of its file.</param>
    /// <param name="logits">The name of the output, which has three dimensions: batch, length and vocabulary.</param>
    /// <returns>The changed contents, or <see langword="null"/> if nothing can be saved or the model cannot be read.</returns>
    public static byte[]? Keep(byte[] model, string logits)
    {
        try
        {
            ModelPart parsed = ModelPart.Parser.ParseFrom(model);
            return parsed.Functions.Count == 0
                && parsed.OpsetImport.Any(o => o.Domain is "" or "ai.onnx" && o.Version >= FirstSliceWithInputs)
                && Keep(parsed.Graph ?? new GraphPart(), logits)
                ? parsed.ToByteArray()
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    static bool Keep(GraphPart graph, string logits)
    {
        var edges = new GraphEdges(graph);
        var constants = new GraphConstants(graph);
        var region = new Dictionary<NodePart, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);

        // (1) A value is looked at again whenever one more of the nodes that use it is taken, so the last of them decides.
        var open = new Stack<string>([logits]);
        while (open.TryPop(out string? value))
        {
            if (edges.Producer(value) is not { } node || region.ContainsKey(node) || !node.Output.All(IsFree)
                || RowOperators.Activations(node, constants) is not { Count: > 0 } activations)
            {
                continue;
            }

            region.Add(node, activations);
            foreach (string activation in activations)
            {
                open.Push(activation);
            }
        }

        if (region.Count == 0)
        {
            return false;
        }

        Cut(graph, region, edges);
        return true;

        bool IsFree(string output) =>
            edges.IsOutput(output) == (output == logits) && !edges.IsUsedInside(output) && edges.Users(output).All(region.ContainsKey);
    }

    static void Cut(GraphPart graph, Dictionary<NodePart, IReadOnlyList<string>> region, GraphEdges edges)
    {
        var cut = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<NodePart>(graph.Node.Count + 2);
        foreach (NodePart node in graph.Node)
        {
            foreach (string value in region.GetValueOrDefault(node, []))
            {
                if (edges.Producer(value) is { } producer && region.ContainsKey(producer))
                {
                    continue;
                }

                // (2)
                if (cut.TryAdd(value, Prefix + value))
                {
                    nodes.Add(Slice(value));
                }

                for (int i = 0; i < node.Input.Count; i++)
                {
                    node.Input[i] = node.Input[i] == value ? cut[value] : node.Input[i];
                }
            }

            nodes.Add(node);
        }

        graph.Node.Clear();
        graph.Node.Add(nodes);
        graph.Initializer.Add([Integer("start", -1), Integer("end", long.MaxValue), Integer("axis", -2)]);

        // The shapes stated for these values have all rows; the true ones are inferred.
        HashSet<string> changed = [.. region.Keys.SelectMany(n => n.Output)];
        ValuePart[] kept = [.. graph.ValueInfo.Where(v => !changed.Contains(v.Name))];
        graph.ValueInfo.Clear();
        graph.ValueInfo.Add(kept);
    }

    static NodePart Slice(string value) => new()
    {
        OpType = "Slice",
        Name = Prefix + "slice." + value,
        Input = { value, Prefix + "start", Prefix + "end", Prefix + "axis" },
        Output = { Prefix + value },
    };

    static TensorPart Integer(string name, long value) => new() { Name = Prefix + name, DataType = 7, Dims = { 1 }, Int64Data = { value } };
}
