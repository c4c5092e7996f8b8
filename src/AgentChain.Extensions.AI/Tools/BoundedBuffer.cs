using System.Buffers;

namespace AgentChain.Extensions.AI;

/// <summary>A buffer that takes so many bytes, and no more.</summary>
sealed class BoundedBuffer(long most) : IBufferWriter<byte>
{
    readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Gets what was written so far.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Advance(int count) => _bytes.Advance(count);

    /// <exception cref="BufferFullException">There is no room for so many bytes.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0) =>
        _bytes.WrittenCount + (long)sizeHint <= most ? _bytes.GetMemory(sizeHint) : throw new BufferFullException();

    /// <exception cref="BufferFullException">There is no room for so many bytes.</exception>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
