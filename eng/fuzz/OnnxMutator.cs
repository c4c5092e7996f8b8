using System.Text;

namespace AgentChain.Fuzz;

/// <summary>Changes the graph of an ONNX file: nodes, attributes, dimensions, types, names and constants.</summary>
static class OnnxMutator
{
    static readonly ulong[] Numbers =
        [0, 1, 2, 3, 6, 7, 9, 10, 11, 16, 127, 128, 255, 65_535, 65_536, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue, unchecked((ulong)-2), unchecked((ulong)int.MinValue)];

    static readonly string[] Names = ["", "x", "input_ids", "attention_mask", "logits", "past_key_values.0.key", "present.0.key", "state", "output", "scales", "Loop", "If", "Gather", "Reshape", "../x"];

    public static void Change(ProtobufTree root, Random random)
    {
        ProtobufTree message = root;
        while (random.Next(4) > 0)
        {
            ProtobufTree[] inner = [.. message.Fields.Select(f => f.Message).OfType<ProtobufTree>().Where(m => m.Fields.Count > 0)];
            if (inner.Length == 0)
            {
                break;
            }

            message = inner[random.Next(inner.Length)];
        }

        List<ProtobufField> fields = message.Fields;
        if (fields.Count == 0)
        {
            return;
        }

        int at = random.Next(fields.Count), other = random.Next(fields.Count);
        ProtobufField field = fields[at];
        switch (random.Next(8))
        {
            case 0:
                fields.RemoveAt(at);
                break;
            case 1:
                fields.Insert(other, field);
                break;
            case 2:
                (fields[at], fields[other]) = (fields[other], field);
                break;
            case 3:
                fields[at] = field with { Number = random.Next(1, 20) };
                break;
            case 4:
                fields.Add(new ProtobufField(random.Next(1, 20), 0) { Value = Numbers[random.Next(Numbers.Length)] });
                break;
            default:
                fields[at] = field.Message is not null ? fields[other]
                    : field.Wire == 0 ? field with { Value = random.Next(3) == 0 ? field.Value + (ulong)random.Next(-2, 3) : Numbers[random.Next(Numbers.Length)] }
                    : field.Wire != 2 ? field with { Bytes = [.. field.Bytes.Select(b => (byte)(random.Next(2) == 0 ? b : 0xFF))] }
                    : random.Next(2) == 0 ? field with { Bytes = Encoding.UTF8.GetBytes(Names[random.Next(Names.Length)]) }
                    : field with { Bytes = ByteMutator.Change(field.Bytes, random) };
                break;
        }
    }
}
