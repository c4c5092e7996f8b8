using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The items that a stream run has produced, kept so that they can be sent in several contexts, one after the other. While the run is
/// uncommitted, the number of held items is bounded; afterward, the reader's lag. From then on only one context is left, so items are
/// forgotten once they are read.
/// </summary>
sealed class ReplayBuffer<T>(int holdCapacity, int streamCapacity)
{
    /// <summary>The least number of items to remove from the list at once, because each removal moves the rest. Not critical.</summary>
    const int ForgetAtOnce = 64;

    readonly Lock _lock = new();
    readonly List<Item<T>> _items = [];
    TaskCompletionSource? _more;
    TaskCompletionSource? _room;
    int _read;

    /// <summary>The number of items that were forgotten; the first of them are no longer in the list.</summary>
    int _forgotten;
    int _removed;
    bool _isCertain;
    bool _isClosed;

    /// <summary>The step that the end of the stream waited for; null before the end.</summary>
    public TraceStep? Last { get; private set; }

    /// <summary>
    /// The error that ended the stream of a committed run, and the block that threw it; null if the stream ended normally.
    /// </summary>
    public (BlockNode Node, Exception Error)? Failure { get; private set; }

    /// <summary>Adds an item, and then waits while the buffer is full.</summary>
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

    /// <summary>Returns an item, the end of the stream, or a task to wait for.</summary>
    /// <param name="index">The index of the item.</param>
    /// <param name="isLastReader">Whether no other context can need the items any more.</param>
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
                return Last is not null
                    ? new() { End = Last }
                    : _isClosed ? new() { IsGone = true }
                    : new() { Wait = (_more ??= New()).Task };
            }

            item = _items[index - _removed];
            _read = Math.Max(_read, index + 1);
            room = IsFull ? null : Take(ref _room);
        }

        room?.TrySetResult();
        return new() { Item = item };
    }

    /// <summary>Bounds the reader's lag from now on, because the run is committed.</summary>
    public void Commit() => Let(static log => log._isCertain = true);

    /// <summary>Wakes the readers, because the context in which the items continue has changed.</summary>
    public void Poke() => Let(static _ => { });

    /// <summary>Accepts no more items and releases all waits.</summary>
    public void Close() => Let(static log => log._isClosed = true);

    /// <summary>Forgets all items, which were handed on for good.</summary>
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

    /// <summary>Creates a source that only the engine awaits; see <see cref="ChainRuntime.Continuations"/>.</summary>
    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    static TaskCompletionSource? Take(ref TaskCompletionSource? source)
    {
        TaskCompletionSource? taken = source;
        source = null;
        return taken;
    }
}
