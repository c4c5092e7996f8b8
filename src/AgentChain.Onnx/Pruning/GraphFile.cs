using Google.Protobuf;

namespace AgentChain.Onnx.Pruning;

/// <summary>
/// Represents the graph of a model's file: its nodes, and the names and shapes of its weights. The weights themselves stay in the file and are
/// copied once, to their place in the changed contents.
/// </summary>
sealed class GraphFile
{
    const int Graph = 7, OperatorSets = 8, Functions = 25;
    const int Node = 1, Initializer = 5, Input = 11, Output = 12, ValueInfo = 13;

    /// <summary>The most fields, and the most bytes of all nodes and of anything else that is read. Real models have much less.</summary>
    const int MostFields = 1 << 20, MostNodeBytes = 1 << 26, MostBytes = 1 << 16;

    readonly ProtoReader _reader;
    readonly long _length;
    readonly ProtoField _graph;
    readonly List<(ProtoField Field, NodePart? Node, string? Stated)> _fields = [];

    /// <summary>Reads the graph.</summary>
    /// <param name="stream">The file, which must stay open.</param>
    /// <exception cref="InvalidDataException">It is not a model with one graph, or an unusual one.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is damaged.</exception>
    public GraphFile(Stream stream)
    {
        (_reader, _length) = (new ProtoReader(stream), stream.Length);
        foreach (ProtoField field in _reader.Fields(0, _length))
        {
            switch (field.Number)
            {
                case Graph when _graph.Number == 0 && field.IsBytes:
                    _graph = field;
                    break;
                case OperatorSets:
                    OperatorSetPart imported = _reader.Message(field, OperatorSetPart.Parser, MostBytes);
                    OperatorSet = imported.Domain is "" or "ai.onnx" ? imported.Version : OperatorSet;
                    break;
                case Graph or Functions:
                    throw new InvalidDataException();
            }
        }

        ReadGraph();
    }

    /// <summary>Gets the version of the standard operators; 0 if it is not stated.</summary>
    public long OperatorSet { get; }

    public List<NodePart> Nodes { get; } = [];

    /// <summary>Gets the weights, without their numbers, except short ones.</summary>
    public List<TensorPart> Initializers { get; } = [];

    public List<ValuePart> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    /// <summary>Returns the contents of the file with other nodes.</summary>
    /// <param name="changed">The nodes that have other inputs now, and the new nodes before each.</param>
    /// <param name="outdated">The values whose stated shapes are left out, because they are others now.</param>
    /// <param name="added">The weights to add.</param>
    public byte[] Write(IReadOnlyDictionary<NodePart, IReadOnlyList<NodePart>> changed, IReadOnlySet<string> outdated, IEnumerable<TensorPart> added)
    {
        var graph = new FileParts();
        foreach ((ProtoField field, NodePart? node, string? stated) in _fields)
        {
            if (node is not null && changed.TryGetValue(node, out IReadOnlyList<NodePart>? before))
            {
                foreach (NodePart one in before.Append(node))
                {
                    graph.Add(Node, one);
                }
            }
            else if (stated is null || !outdated.Contains(stated))
            {
                graph.Add(field.Start, field.End);
            }
        }

        foreach (TensorPart tensor in added)
        {
            graph.Add(Initializer, tensor);
        }

        var model = new FileParts();
        model.Add(0, _graph.Start);
        model.Add(Graph, graph);
        model.Add(_graph.End, _length);
        return model.ToArray(_reader);
    }

    void ReadGraph()
    {
        int nodeBytes = MostNodeBytes;
        foreach (ProtoField field in _reader.Fields(_graph.Content, _graph.End))
        {
            NodePart? node = null;
            string? stated = null;
            switch (field.Number)
            {
                case Node:
                    node = _reader.Message(field, NodePart.Parser, nodeBytes);
                    nodeBytes -= (int)field.Length;
                    Nodes.Add(node);
                    break;
                case Initializer:
                    Initializers.Add(ReadTensor(field));
                    break;
                case Input:
                    Inputs.Add(_reader.Message(field, ValuePart.Parser, MostBytes));
                    break;
                case Output:
                    Outputs.Add(_reader.Message(field, ValuePart.Parser, MostBytes).Name);
                    break;
                case ValueInfo:
                    stated = _reader.Message(field, ValuePart.Parser, MostBytes).Name;
                    break;
            }

            _fields.Add((field, node, stated));
            if (_fields.Count > MostFields)
            {
                throw new InvalidDataException();
            }
        }
    }

    TensorPart ReadTensor(ProtoField tensor)
    {
        const int Dims = 1, Type = 2, Integers = 7, Name = 8, Raw = 9, Short = 64;
        var head = new TensorPart();
        foreach (ProtoField field in _reader.Fields(tensor.Content, tensor.End))
        {
            if (field.Number is Dims or Type or Name || (field.Number is Integers or Raw && field.IsBytes && field.Length <= Short))
            {
                // A message is merged field by field.
                byte[] bytes = new byte[field.End - field.Start <= MostBytes ? field.End - field.Start : throw new InvalidDataException()];
                _reader.Copy(field.Start, bytes);
                head.MergeFrom(bytes);
            }
        }

        return head;
    }
}
