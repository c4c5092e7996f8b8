namespace AgentChain.Remote;

/// <summary>
/// The bytes of a response, of which no event may have too many: the parser gathers an event in memory before anyone can look at it.
/// </summary>
sealed class EventStream(Stream inner) : Stream
{
    const int Most = 4 << 20;

    int _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Restarts the count.</summary>
    public void EventEnded() => _length = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        _length += read;
        return _length <= Most ? read : throw new InvalidDataException(OptionCheck.Text($"An event has more than {Most} bytes."));
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
