namespace AgentChain.Engine.Queues;

/// <summary>
/// What waits for one of a limited number of workers, oldest first. <see cref="QueueSlots"/> says how many wait and who comes next, without a
/// lock; so a worker may come for a value that is not here yet, or no longer, and both are remembered here.
/// </summary>
sealed class PendingQueue<T>(QueueSlots places)
    where T : struct, IMayBeOver
{
    readonly Lock _lock = new();
    T[] _ring = [];
    int _first;
    int _count;

    /// <summary>Workers that came before their value, and removed values that a worker is still to come for.</summary>
    int _tooEarly;
    int _gone;

    /// <summary>Adds a value that has a place.</summary>
    /// <returns>False when its worker was here already; it does not wait then.</returns>
    public bool TryAdd(in T value)
    {
        lock (_lock)
        {
            if (_tooEarly > 0)
            {
                _tooEarly--;
                return false;
            }

            if (_count == _ring.Length)
            {
                Grow();
            }

            At(_count++) = value;
            return true;
        }
    }

    /// <summary>Takes the oldest value for a worker that was passed on.</summary>
    public Waiting Take(out T value)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                value = default;
                bool isGone = _gone > 0;
                _gone -= isGone ? 1 : 0;
                _tooEarly += isGone ? 0 : 1;
                return isGone ? Waiting.Gone : Waiting.OnItsWay;
            }

            ref T place = ref At(0);
            value = place;
            place = default;
            _first = (_first + 1) & (_ring.Length - 1);
            _count--;
            return Waiting.Taken;
        }
    }

    /// <summary>Removes the values that nobody wants any more, and gives their places back.</summary>
    /// <returns>How many places that were.</returns>
    public int RemoveOver()
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return 0;
        }

        lock (_lock)
        {
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                if (!At(i).IsOver)
                {
                    At(kept++) = At(i);
                }
            }

            for (int i = kept; i < _count; i++)
            {
                At(i) = default;
            }

            int removed = _count - kept, freed = places.StopWaiting(removed);
            _count = kept;
            _gone += removed - freed;
            return freed;
        }
    }

    ref T At(int index) => ref _ring[(_first + index) & (_ring.Length - 1)];

    void Grow()
    {
        var larger = new T[Math.Max(16, _ring.Length * 2)];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = At(i);
        }

        (_ring, _first) = (larger, 0);
    }
}
