using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The items a stream run has made, kept so that they can go on from several places one after the other. Bounded: while the run's
/// input is uncommitted by how much is held, afterwards by how far the reader is behind. From then on there is one place left from which
/// they go on, so that those that have been read are forgotten.
/// </summary>
sealed class ReplayBuffer<T>(int holdCapacity, int streamCapacity)
{
    const int ForgetAtOnce = 64;

    readonly Lock _lock = new();
    readonly List<Item<T>> _items = [];
    TaskCompletionSource? _more;
    TaskCompletionSource? _room;
    int _read;

    /// <summary>How many items were forgotten; the first of them are no longer in the list.</summary>
    int _forgotten;
    int _removed;
    bool _isCertain;
    bool _isClosed;

    /// <summary>What the end of the stream was waiting for; null before the end.</summary>
    public TraceStep? Last { get; private set; }

    /// <summary>The error that ended the stream of a run that is certain, and the block that threw it; null where it ended well.</summary>
    public (BlockNode Node, Exception Error)? Failure { get; private set; }

    /// <summary>Adds an item; waits while there is no room.</summary>
    public ValueTask AppendAsync(T item, TraceStep cause, long at)
    {
        Task? room = null;
        TaskCompletionSource? more;
        lock (_lock)
        {
            if (_isClosed)
            {
                return default;
            }

            _items.Add(new Item<T>(item, cause, at));
            more = Take(ref _more);
            if (IsFull)
            {
                room = (_room ??= New()).Task;
            }
        }

        more?.TrySetResult();
        return room is null ? default : new ValueTask(room);
    }

    public void Complete(TraceStep last, (BlockNode Node, Exception Error)? failure = null)
    {
        TaskCompletionSource? more;
        lock (_lock)
        {
            (Last, Failure) = (last, failure);
            more = Take(ref _more);
        }

        more?.TrySetResult();
    }

    /// <summary>The next item of a reader, or the end, or what to wait for.</summary>
    /// <param name="index">The item.</param>
    /// <param name="isLastReader">Whether the items go on from nowhere else any more.</param>
    public ReplayEntry<T> Read(int index, bool isLastReader)
    {
        TaskCompletionSource? room = null;
        Item<T> item;
        lock (_lock)
        {
            if (index < _forgotten)
            {
                return new() { IsGone = true };
            }

            if (isLastReader)
            {
                ForgetBefore(index);
            }

            if (index >= Count)
            {
                return Last is not null ? new() { End = Last } : _isClosed ? new() { IsGone = true } : new() { Wait = (_more ??= New()).Task };
            }

            item = _items[index - _removed];
            _read = Math.Max(_read, index + 1);
            room = IsFull ? null : Take(ref _room);
        }

        room?.TrySetResult();
        return new() { Item = item };
    }

    /// <summary>The run is committed: from now on the reader's pace counts.</summary>
    public void Commit() => Let(static log => log._isCertain = true);

    /// <summary>Wakes the readers: the place from which items go on has changed.</summary>
    public void Poke() => Let(static _ => { });

    /// <summary>Nothing more is wanted; lets go of whoever waits.</summary>
    public void Close() => Let(static log => log._isClosed = true);

    /// <summary>Forgets all items: they have gone on for good.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_removed, _forgotten) = (Count, Count);
            _items.Clear();
            _items.TrimExcess();
        }
    }

    int Count => _removed + _items.Count;

    bool IsFull => !_isClosed && (_isCertain ? Count - _read >= streamCapacity : Count >= holdCapacity);

    void ForgetBefore(int index)
    {
        for (; _forgotten < Math.Min(index, Count); _forgotten++)
        {
            _items[_forgotten - _removed] = default;
        }

        int free = _forgotten - _removed;
        if (free >= ForgetAtOnce && free * 2 >= _items.Count)
        {
            _items.RemoveRange(0, free);
            _removed = _forgotten;
        }
    }

    void Let(Action<ReplayBuffer<T>> change)
    {
        TaskCompletionSource? more;
        TaskCompletionSource? room;
        lock (_lock)
        {
            change(this);
            more = Take(ref _more);
            room = IsFull ? null : Take(ref _room);
        }

        more?.TrySetResult();
        room?.TrySetResult();
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    static TaskCompletionSource? Take(ref TaskCompletionSource? source)
    {
        TaskCompletionSource? taken = source;
        source = null;
        return taken;
    }
}
