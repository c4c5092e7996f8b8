using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentChain.Simulation;

/// <summary>Hashes the events of a run as they happen, without keeping them.</summary>
sealed class EventLog : IDisposable
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _buffer = new byte[8 * 1024];
    int _length;

    public void Add(long number)
    {
        if (_length > _buffer.Length - sizeof(long))
        {
            Flush();
        }

        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), number);
        _length += sizeof(long);
    }

    public void Add(string name)
    {
        Add(name.Length);
        Flush();
        _hash.AppendData(Encoding.UTF8.GetBytes(name));
    }

    public string Hash()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    public void Dispose() => _hash.Dispose();

    void Flush()
    {
        _hash.AppendData(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
