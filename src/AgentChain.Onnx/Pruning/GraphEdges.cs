using System.Collections.Immutable;

namespace AgentChain.Onnx.Pruning;

/// <summary>Represents which nodes of a graph make and use its values.</summary>
sealed class GraphEdges
{
    readonly Dictionary<string, NodePart> _producers = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<NodePart>> _users = new(StringComparer.Ordinal);
    readonly HashSet<string> _outputs;
    readonly HashSet<string> _inner = new(StringComparer.Ordinal);

    public GraphEdges(GraphFile graph)
    {
        _outputs = new(graph.Outputs, StringComparer.Ordinal);
        foreach (NodePart node in graph.Nodes)
        {
            foreach (string output in node.Output.Where(o => o.Length > 0))
            {
                _producers[output] = node;
            }

            // An empty name leaves an optional input out.
            foreach (string input in node.Input.Where(i => i.Length > 0))
            {
                if (!_users.TryGetValue(input, out List<NodePart>? users))
                {
                    _users.Add(input, users = []);
                }

                users.Add(node);
            }

            AddInner(node);
        }
    }

    public NodePart? Producer(string value) => _producers.GetValueOrDefault(value);

    public IReadOnlyList<NodePart> Users(string value) => _users.TryGetValue(value, out List<NodePart>? users) ? users : ImmutableArray<NodePart>.Empty;

    public bool IsOutput(string value) => _outputs.Contains(value);

    /// <summary>Returns whether a value is used in a branch or loop.</summary>
    public bool IsUsedInside(string value) => _inner.Contains(value);

    /// <summary>Adds what the branches and loops of a node use, which can be any value of the graph around them.</summary>
    void AddInner(NodePart node)
    {
        foreach (GraphPart inner in node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G)))
        {
            _inner.UnionWith(inner.Output.Select(o => o.Name));
            foreach (NodePart child in inner.Node)
            {
                _inner.UnionWith(child.Input.Where(i => i.Length > 0));
                AddInner(child);
            }
        }
    }
}
