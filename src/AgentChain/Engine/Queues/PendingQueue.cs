namespace AgentChain.Engine.Queues;

/// <summary>
/// The values that wait for one of a limited number of workers, oldest first or by their slack. <see cref="QueueSlots"/> counts the waiting values without a
/// lock; so a worker can arrive for a value that is not here yet or was already removed, and both cases are recorded here.
/// </summary>
/// <param name="places">The counts of the queue.</param>
/// <param name="ordered">The values in another order than that of their arrival; null for that one.</param>
/// <param name="isOverloaded">The number of waiting values above which the shortest rest goes first; only if they are ordered.</param>
sealed class PendingQueue<T>(QueueSlots places, SlackQueue<T>? ordered = null, int isOverloaded = int.MaxValue)
    where T : struct, IMayBeOver
{
    readonly Lock _lock = new();
    T[] _ring = [];
    int _first;
    int _count;

    /// <summary>The number of workers that arrived before their value, and of removed values whose worker has yet to arrive.</summary>
    int _tooEarly;
    int _gone;

    /// <summary>Adds a value that has a place.</summary>
    /// <returns>False if its worker was already here; the value then does not wait.</returns>
    public bool TryAdd(in T value)
    {
        lock (_lock)
        {
            if (_tooEarly > 0)
            {
                _tooEarly--;
                return false;
            }

            if (ordered is not null)
            {
                ordered.Add(value);
                _count++;
                return true;
            }

            if (_count == _ring.Length)
            {
                Grow();
            }

            At(_count++) = value;
            return true;
        }
    }

    /// <summary>Takes the next value for a worker that was passed on.</summary>
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

            if (ordered is not null)
            {
                value = ordered.Take(shortestFirst: _count > isOverloaded);
                _count--;
                return Waiting.Taken;
            }

            ref T place = ref At(0);
            value = place;
            place = default;
            _first = (_first + 1) & (_ring.Length - 1);
            _count--;
            return Waiting.Taken;
        }
    }

    /// <summary>
    /// Returns about which share of the waiting values goes before a value with a given rest if the shortest rest goes first; 1 if the values
    /// are not ordered.
    /// </summary>
    public double ShareBefore(double remains)
    {
        if (ordered is null)
        {
            return 1;
        }

        lock (_lock)
        {
            return ordered.ShareBefore(remains);
        }
    }

    /// <summary>Removes the values that are no longer needed, and releases their places.</summary>
    /// <returns>The number of places released.</returns>
    public int RemoveOver()
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return 0;
        }

        lock (_lock)
        {
            int kept = ordered is null ? KeepNeeded() : _count - ordered.RemoveOver();
            int removed = _count - kept, freed = places.StopWaiting(removed);
            _count = kept;
            _gone += removed - freed;
            return freed;
        }
    }

    /// <summary>Removes the values that are no longer needed from the ring and returns the number of those that stay.</summary>
    int KeepNeeded()
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

        return kept;
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
