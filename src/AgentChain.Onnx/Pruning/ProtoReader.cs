using Google.Protobuf;

namespace AgentChain.Onnx.Pruning;

/// <summary>Finds the fields of messages in the format of Protocol Buffers in a stream, without reading what is in them.</summary>
/// <param name="stream">The stream, which can seek.</param>
sealed class ProtoReader(Stream stream)
{
    /// <summary>Returns the fields of a message, in order.</summary>
    /// <param name="from">Where the message begins.</param>
    /// <param name="until">Where it ends.</param>
    /// <exception cref="InvalidDataException">There is no such message.</exception>
    public IEnumerable<ProtoField> Fields(long from, long until)
    {
        for (long at = from; at < until;)
        {
            ProtoField field = FieldAt(at, until);
            yield return field;
            at = field.End;
        }
    }

    /// <summary>Returns the content of a field that is a message, a text or bytes.</summary>
    public byte[] Bytes(ProtoField field, int limit)
    {
        Require(field.IsBytes && field.Length <= limit);
        byte[] bytes = new byte[field.Length];
        Copy(field.Content, bytes);
        return bytes;
    }

    /// <summary>Returns a message.</summary>
    public T Message<T>(ProtoField field, MessageParser<T> parser, int limit)
        where T : IMessage<T> => parser.ParseFrom(Bytes(field, limit));

    /// <summary>Copies a part of the stream.</summary>
    public void Copy(long from, Span<byte> to)
    {
        stream.Position = from;
        stream.ReadExactly(to);
    }

    ProtoField FieldAt(long at, long until)
    {
        stream.Position = at;
        ulong tag = Varint();
        Require(tag >> 3 is > 0 and < 1 << 29);
        long content = stream.Position, length;
        switch (tag & 7)
        {
            case 0:
                Varint();
                length = stream.Position - content;
                break;
            case 1:
                length = 8;
                break;
            case 2:
                length = (long)Varint();
                content = stream.Position;
                break;
            case 5:
                length = 4;
                break;
            default:
                throw new InvalidDataException();
        }

        Require(length >= 0 && content <= until && length <= until - content);
        return new((int)(tag >> 3), (tag & 7) == 2, at, content, content + length);
    }

    ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int part = stream.ReadByte();
            Require(part >= 0);
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException();
    }

    static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidDataException();
        }
    }
}
