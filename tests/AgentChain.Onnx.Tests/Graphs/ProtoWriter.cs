using System.Buffers.Binary;
using System.Text;

namespace AgentChain.Onnx.Tests.Graphs;

/// <summary>Writes a protocol buffer message.</summary>
sealed class ProtoWriter
{
    readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public ProtoWriter Integer(int field, long value)
    {
        Raw(((ulong)field << 3) | 0);
        Raw((ulong)value);
        return this;
    }

    public ProtoWriter Single(int field, float value)
    {
        Raw(((ulong)field << 3) | 5);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        _bytes.Write(four);
        return this;
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter value) => Bytes(field, value.ToArray());

    void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
