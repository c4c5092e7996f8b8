using Google.Protobuf;

namespace AgentChain.Onnx.Pruning;

/// <summary>Represents contents that are put together from parts of a file and from new messages.</summary>
sealed class FileParts
{
    readonly List<(byte[]? Bytes, long From, long Length)> _parts = [];
    long _length;

    /// <summary>Adds a part of the file.</summary>
    public void Add(long from, long until)
    {
        _length += until - from;
        if (_parts is [.., (null, var last, var length)] && last + length == from)
        {
            _parts[^1] = (null, last, until - last);
        }
        else if (until > from)
        {
            _parts.Add((null, from, until - from));
        }
    }

    /// <summary>Adds a message.</summary>
    public void Add(int number, IMessage message)
    {
        AddHead(number, message.CalculateSize());
        Add(message.ToByteArray());
    }

    /// <summary>Adds a message that is put together too.</summary>
    public void Add(int number, FileParts message)
    {
        AddHead(number, message._length);
        _parts.AddRange(message._parts);
        _length += message._length;
    }

    /// <summary>Returns the contents.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">They are too long for an array.</exception>
    public byte[] ToArray(ProtoReader file)
    {
        byte[] all = GC.AllocateUninitializedArray<byte>(_length <= Array.MaxLength ? (int)_length : throw new InvalidDataException());
        Span<byte> rest = all;
        foreach ((byte[]? bytes, long from, long length) in _parts)
        {
            if (bytes is not null)
            {
                bytes.CopyTo(rest);
            }
            else
            {
                file.Copy(from, rest[..(int)length]);
            }

            rest = rest[(int)length..];
        }

        return all;
    }

    void AddHead(int number, long length)
    {
        using var head = new MemoryStream();
        using (var output = new CodedOutputStream(head, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteUInt64((ulong)length);
        }

        Add(head.ToArray());
    }

    void Add(byte[] bytes)
    {
        _parts.Add((bytes, 0, bytes.Length));
        _length += bytes.Length;
    }
}
