using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Queues;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Stands between a turn's output and its reader where a host wants more than to read: holds the output back while it is paused,
/// keeps a copy, and counts what was handed over and what of that was heard. A turn that only is read has none.
/// </summary>
/// <param name="turn">The turn.</param>
/// <param name="made">Receives a copy of every item, when somebody wants one.</param>
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

    /// <summary>Whether output waits here.</summary>
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

    /// <summary>Whether nothing more is handed over.</summary>
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

    /// <summary>How many items the reader was given.</summary>
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

    /// <summary>How many items were heard: those the reader was given, unless the host knows better.</summary>
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

    /// <summary>Pauses or resumes for the host.</summary>
    public void Pause(bool paused) => Change(() => _paused = paused);

    /// <summary>Holds or releases for one of possibly several barge-ins.</summary>
    public void Hold(int by) => Change(() => _holds += by);

    public void ReportHeard(int items)
    {
        lock (_lock)
        {
            _reported = Math.Max(_reported, items);
        }
    }

    /// <summary>Keeps a copy of an item.</summary>
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

    /// <summary>The first items that were kept.</summary>
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

    /// <summary>Claims the turn's one value for a reader.</summary>
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

    /// <summary>Waits until output may go on, or never will.</summary>
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

    /// <summary>The turn was interrupted: the reader gets no more, paused or not.</summary>
    public void Stop() => Change(() => _stopped = true);

    /// <summary>Takes the rest of the output away from the reader of a turn that has completed.</summary>
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
