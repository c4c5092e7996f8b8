namespace AgentChain.Fuzz;

/// <summary>
/// A message of an ONNX file, divided into its fields so that they can be changed without damage to the lengths around them.
/// </summary>
sealed class ProtobufTree
{
    // The fields of a message that are messages themselves: which one, by kind of message.
    static readonly Dictionary<string, Dictionary<int, string>> Inner = new()
    {
        ["model"] = new() { [7] = "graph", [8] = "opset" },
        ["graph"] = new() { [1] = "node", [5] = "tensor", [11] = "value", [12] = "value", [13] = "value" },
        ["node"] = new() { [5] = "attribute" },
        ["attribute"] = new() { [5] = "tensor", [6] = "graph" },
        ["value"] = new() { [2] = "type" },
        ["type"] = new() { [1] = "tensorType" },
        ["tensorType"] = new() { [2] = "shape" },
        ["shape"] = new() { [1] = "dimension" },
    };

    public List<ProtobufField> Fields { get; } = [];

    public static ProtobufTree Parse(ReadOnlySpan<byte> bytes, string kind = "model")
    {
        var tree = new ProtobufTree();
        while (!bytes.IsEmpty)
        {
            ulong tag = Varint(ref bytes);
            int number = (int)(tag >> 3), wire = (int)(tag & 7);
            switch (wire)
            {
                case 0:
                    tree.Fields.Add(new ProtobufField(number, wire) { Value = Varint(ref bytes) });
                    break;
                case 2:
                    int length = (int)Varint(ref bytes);
                    ReadOnlySpan<byte> content = bytes[..length];
                    bytes = bytes[length..];
                    tree.Fields.Add(Inner.GetValueOrDefault(kind)?.GetValueOrDefault(number) is { } inner
                        ? new ProtobufField(number, wire) { Message = Parse(content, inner) }
                        : new ProtobufField(number, wire) { Bytes = content.ToArray() });
                    break;
                default:
                    int size = wire == 1 ? 8 : 4;
                    tree.Fields.Add(new ProtobufField(number, wire) { Bytes = bytes[..size].ToArray() });
                    bytes = bytes[size..];
                    break;
            }
        }

        return tree;
    }

    public byte[] ToBytes()
    {
        var bytes = new List<byte>();
        foreach (ProtobufField field in Fields)
        {
            Write(bytes, ((ulong)field.Number << 3) | (uint)field.Wire);
            if (field.Wire == 0)
            {
                Write(bytes, field.Value);
                continue;
            }

            byte[] content = field.Message?.ToBytes() ?? field.Bytes;
            if (field.Wire == 2)
            {
                Write(bytes, (ulong)content.Length);
            }

            bytes.AddRange(content);
        }

        return [.. bytes];
    }

    static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    static void Write(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
