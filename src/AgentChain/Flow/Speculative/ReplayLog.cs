namespace AgentChain.Flow.Speculative;

/// <summary>
/// The items a stream run has made, kept so that they can go on from several places one after the other. Bounded: while the run's
/// input is uncommitted by how much is held, afterwards by how far the reader is behind.
/// </summary>
sealed class ReplayLog<T>(int holdCapacity, int streamCapacity)
{
    readonly Lock _gate = new();
    readonly List<Item<T>> _items = [];
    TaskCompletionSource? _more;
    TaskCompletionSource? _room;
    int _read;
    bool _isCertain;
    bool _isClosed;

    /// <summary>What the end of the stream was waiting for; null before the end.</summary>
    public Hop? Last { get; private set; }

    /// <summary>The error that ended the stream of a run that is certain, and the block that threw it; null where it ended well.</summary>
    public (FlowNode Node, Exception Error)? Failure { get; private set; }

    /// <summary>Adds an item; waits while there is no room.</summary>
    public ValueTask AppendAsync(T item, Hop cause, long at)
    {
        Task? room = null;
        TaskCompletionSource? more;
        lock (_gate)
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

    public void Complete(Hop last, (FlowNode Node, Exception Error)? failure = null)
    {
        TaskCompletionSource? more;
        lock (_gate)
        {
            (Last, Failure) = (last, failure);
            more = Take(ref _more);
        }

        more?.TrySetResult();
    }

    /// <summary>The next item of a reader, or the end, or what to wait for.</summary>
    public (Item<T>? Item, bool Ended, Task? Wait) Read(int index)
    {
        TaskCompletionSource? room = null;
        Item<T> item;
        lock (_gate)
        {
            if (index >= _items.Count)
            {
                return Last is not null || _isClosed ? (null, true, null) : (null, false, (_more ??= New()).Task);
            }

            item = _items[index];
            _read = Math.Max(_read, index + 1);
            room = IsFull ? null : Take(ref _room);
        }

        room?.TrySetResult();
        return (item, false, null);
    }

    /// <summary>The run is committed: from now on the reader's pace counts.</summary>
    public void Commit() => Let(static log => log._isCertain = true);

    /// <summary>Wakes the readers: the place from which items go on has changed.</summary>
    public void Poke() => Let(static _ => { });

    /// <summary>Nothing more is wanted; lets go of whoever waits.</summary>
    public void Close() => Let(static log => log._isClosed = true);

    bool IsFull => !_isClosed && (_isCertain ? _items.Count - _read >= streamCapacity : _items.Count >= holdCapacity);

    void Let(Action<ReplayLog<T>> change)
    {
        TaskCompletionSource? more;
        TaskCompletionSource? room;
        lock (_gate)
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
