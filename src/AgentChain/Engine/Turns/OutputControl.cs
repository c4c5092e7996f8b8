using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Queues;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Sits between a turn's output and its reader if the host does more than read: holds the output back while it is paused, keeps a copy, and
/// counts the items that were delivered and heard. A turn that is only read has none.
/// </summary>
/// <param name="turn">The turn.</param>
/// <param name="made">The list that receives a copy of every item; null if no copy is kept.</param>
sealed class OutputControl<T>(TurnCore<T> turn, List<T>? made)
{
    readonly Lock _lock = new();
    TaskCompletionSource? _opened;
    bool _paused;
    int _holds;
    bool _stopped;
    bool _cut;
    int _given;
    int _reported = -1;

    /// <summary>Whether the output is held back.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_lock)
            {
                return _opened is not null;
            }
        }
    }

    /// <summary>Whether no more output is delivered.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _stopped;
            }
        }
    }

    /// <summary>Whether the host cut off the output of a turn that had completed.</summary>
    public bool IsCut
    {
        get
        {
            lock (_lock)
            {
                return _cut;
            }
        }
    }

    /// <summary>The number of items that were delivered to the reader.</summary>
    public int Given
    {
        get
        {
            lock (_lock)
            {
                return _given;
            }
        }
    }

    /// <summary>The number of items that were heard: the delivered ones, unless the host reported fewer.</summary>
    public int Heard
    {
        get
        {
            lock (_lock)
            {
                return _reported < 0 ? _given : Math.Min(_reported, _given);
            }
        }
    }

    /// <summary>Pauses or resumes the output on behalf of the host.</summary>
    public void Pause(bool paused) => Change(() => _paused = paused);

    /// <summary>Adds or removes the hold of one barge-in; several can overlap.</summary>
    public void Hold(int by) => Change(() => _holds += by);

    public void ReportHeard(int items)
    {
        lock (_lock)
        {
            _reported = Math.Max(_reported, items);
        }
    }

    /// <summary>Keeps a copy of an item, if copies are kept.</summary>
    public void Keep(T item)
    {
        if (made is not null)
        {
            lock (_lock)
            {
                made.Add(item);
            }
        }
    }

    /// <summary>Returns the first of the kept items.</summary>
    public IReadOnlyList<T> First(int count)
    {
        lock (_lock)
        {
            return made is null ? [] : made.GetRange(0, Math.Min(count, made.Count)).AsReadOnly();
        }
    }

    /// <summary>Claims the next item for the reader.</summary>
    public bool TryTake(ItemRing<T> items, [MaybeNullWhen(false)] out T item)
    {
        lock (_lock)
        {
            if (_stopped || _opened is not null || !items.TryRead(out item))
            {
                item = default;
                return false;
            }

            _given++;
            return true;
        }
    }

    /// <summary>Claims the turn's single value for a reader.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_stopped || _opened is not null)
            {
                return false;
            }

            _given = 1;
            return true;
        }
    }

    /// <summary>Waits until the output is released or stopped.</summary>
    public async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        Task opened;
        lock (_lock)
        {
            opened = _opened?.Task ?? Task.CompletedTask;
        }

        await opened.WaitAsync(cancellationToken).ConfigureAwait(!ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default));
        return true;
    }

    /// <summary>Stops the output of an interrupted turn, paused or not.</summary>
    public void Stop() => Change(() => _stopped = true);

    /// <summary>Discards the undelivered output of a completed turn.</summary>
    public void Cut(Func<bool> anyLeft) => Change(() =>
    {
        if (!_stopped && anyLeft())
        {
            _stopped = _cut = true;
        }
    });

    void Change(Action change)
    {
        TaskCompletionSource? open = null;
        lock (_lock)
        {
            change();
            bool held = (_paused || _holds > 0) && !_stopped;
            if (held)
            {
                _opened ??= new(turn.Continuations);
            }
            else
            {
                (open, _opened) = (_opened, null);
            }
        }

        open?.TrySetResult();
        turn.WakeReader();
    }
}
