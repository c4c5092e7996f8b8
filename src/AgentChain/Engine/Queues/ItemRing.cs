using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Queues;

/// <summary>
/// A bounded queue between one writer and one reader, without locks. A Channel takes a lock for each item on each side, which is most of
/// the cost of a small item.
/// <code>
///   writer ──> [segment] ──> [segment] ──> reader
///                  ^── drained segments are used again ──┘
/// </code>
/// </summary>
/// <remarks>
/// The writer adds its item even when the queue is full, and then waits until a quarter of the room is free; so a produced item is never
/// lost, and a fast writer does not wake for each item. The reader announces that it is about to wait, checks again, and then waits; the
/// writer publishes its item, and then checks for a waiting reader; so one of the two always sees the other.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
sealed class ItemRing<T> : IValueTaskSource
{
    const int FirstSegment = 16;
    const int LargestSegment = 256;

    readonly int _capacity;
    readonly int _lowWater;
    readonly Waiter _room;
    ManualResetValueTaskSourceCore<bool> _readable;
    Segment _readFrom;
    Segment _writeTo;
    Segment? _spare;
    int _readAt;
    int _writeAt;

    Counter _written;
    Counter _read;
    int _readerWaits;
    int _writerWaits;
    volatile bool _isEnded;

    /// <param name="capacity">The number of items that can wait; at least 1.</param>
    /// <param name="continuesElsewhere">Whether a waiter continues on a thread other than the one that wakes it.</param>
    public ItemRing(int capacity, bool continuesElsewhere)
    {
        (_capacity, _lowWater) = (capacity, capacity - (capacity / 4));
        _readable.RunContinuationsAsynchronously = continuesElsewhere;
        _room = new Waiter(continuesElsewhere);
        _readFrom = _writeTo = new Segment((int)Math.Min(FirstSegment, capacity + 1L));
    }

    /// <summary>Whether no more items can be written.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>The number of items that wait.</summary>
    public long Count => Volatile.Read(ref _written.Value) - Volatile.Read(ref _read.Value);

    /// <summary>Adds an item; completes when there is room for the next. One call at a time.</summary>
    public ValueTask WriteAsync(T item)
    {
        if (_isEnded)
        {
            return default;
        }

        if (_writeAt == _writeTo.Items.Length)
        {
            Extend();
        }

        _writeTo.Items[_writeAt++] = item;

        // Publishes the item, and orders that before the check for a waiting reader.
        long written = _written.Value + 1;
        Interlocked.Exchange(ref _written.Value, written);
        Wake();
        if (written - _written.Seen <= _capacity)
        {
            return default;
        }

        _written.Seen = Volatile.Read(ref _read.Value);
        return written - _written.Seen <= _capacity ? default : WaitForRoom(written);
    }

    /// <summary>Closes the queue for writing; items in it can still be read. Can be called from any thread, more than once.</summary>
    public void End()
    {
        _isEnded = true;
        WakeReader();
        WakeWriter();
    }

    /// <summary>Takes the next item. One call at a time.</summary>
    public bool TryRead([MaybeNullWhen(false)] out T item)
    {
        long read = _read.Value;
        if (read == _read.Seen)
        {
            _read.Seen = Volatile.Read(ref _written.Value);
            if (read == _read.Seen)
            {
                item = default;
                return false;
            }
        }

        if (_readAt == _readFrom.Items.Length)
        {
            GoOn();
        }

        ref T place = ref _readFrom.Items[_readAt++];
        item = place;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            place = default!;
        }

        Volatile.Write(ref _read.Value, read + 1);
        if (Volatile.Read(ref _writerWaits) != 0 && Count <= _lowWater)
        {
            WakeWriter();
        }

        return true;
    }

    /// <summary>Announces that the reader is about to wait; the reader must then check its condition once more.</summary>
    public void BeginWait()
    {
        _readable.Reset();
        Interlocked.Exchange(ref _readerWaits, 1);
        if (Volatile.Read(ref _writerWaits) != 0 && Count <= _lowWater)
        {
            WakeWriter();
        }
    }

    /// <summary>
    /// Withdraws the announcement; returns false if the reader has already been woken, and must consume that with <see cref="WaitAsync"/>.
    /// </summary>
    public bool TryRevokeWait() => Interlocked.Exchange(ref _readerWaits, 0) != 0;

    /// <summary>Waits, after <see cref="BeginWait"/>, until the reader's condition might be met.</summary>
    public ValueTask WaitAsync() => new(this, _readable.Version);

    /// <summary>Waits for an item; returns false when no more items will arrive.</summary>
    public ValueTask<bool> WaitToReadAsync() => Count > 0 ? new(true) : _isEnded ? new(Count > 0) : WaitUntilReadableAsync();

    /// <summary>Wakes the reader, because its condition might be met. Can be called from any thread.</summary>
    public void WakeReader()
    {
        // Orders earlier writes before the check for a waiting reader.
        Interlocked.MemoryBarrier();
        Wake();
    }

    void Wake()
    {
        if (Volatile.Read(ref _readerWaits) != 0 && Interlocked.Exchange(ref _readerWaits, 0) != 0)
        {
            _readable.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _readable.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _readable.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _readable.OnCompleted(continuation, state, token, flags);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<bool> WaitUntilReadableAsync()
    {
        while (Count == 0 && !_isEnded)
        {
            BeginWait();
            bool isThere = Count > 0 || _isEnded;
            if (!isThere || !TryRevokeWait())
            {
                // The wake-up might be for an item that was already read: its writer checks for a waiting reader after it has published the
                // item.
                await WaitAsync();
            }
        }

        return Count > 0;
    }

    ValueTask WaitForRoom(long written)
    {
        _room.Reset();
        Interlocked.Exchange(ref _writerWaits, 1);
        bool isFree = written - Volatile.Read(ref _read.Value) <= _lowWater || _isEnded;
        return isFree && Interlocked.Exchange(ref _writerWaits, 0) != 0 ? default : _room.WaitAsync();
    }

    void WakeWriter()
    {
        if (Volatile.Read(ref _writerWaits) != 0 && Interlocked.Exchange(ref _writerWaits, 0) != 0)
        {
            _room.Set();
        }
    }

    void Extend()
    {
        int length = (int)Math.Min(Math.Min(LargestSegment, _capacity + 1L), _writeTo.Items.Length * 2);
        Segment? spare = Interlocked.Exchange(ref _spare, null);
        Segment next = spare is not null && spare.Items.Length >= length ? spare : new Segment(length);
        _writeTo.Next = next;
        (_writeTo, _writeAt) = (next, 0);
    }

    void GoOn()
    {
        Segment drained = _readFrom;
        (_readFrom, _readAt) = (drained.Next!, 0);
        drained.Next = null;
        Volatile.Write(ref _spare, drained);
    }

    sealed class Segment(int length)
    {
        public readonly T[] Items = new T[length];

        public Segment? Next { get; set; }
    }

    /// <summary>The writer's wait.</summary>
    sealed class Waiter : IValueTaskSource
    {
        ManualResetValueTaskSourceCore<bool> _core;

        public Waiter(bool continuesElsewhere) => _core.RunContinuationsAsynchronously = continuesElsewhere;

        public void Reset() => _core.Reset();

        public void Set() => _core.SetResult(true);

        public ValueTask WaitAsync() => new(this, _core.Version);

        public void GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
