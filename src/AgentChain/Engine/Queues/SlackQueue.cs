namespace AgentChain.Engine.Queues;

/// <summary>
/// Values in the order of their slack, or of their predicted rest. Values without a deadline wait in order of arrival, after the others;
/// but of many that are taken in a row, one is without a deadline, so that none waits forever. Not thread-safe.
/// </summary>
/// <remarks>
/// Each value is in both orders; taken from one, it leaves a stale entry in the other, which is skipped by its version. When most entries
/// are stale, the orders are built again, so the cost of a value is logarithmic and the memory is bounded by the values inside.
/// </remarks>
/// <param name="slackOf">
/// Returns the time by which a value must begin, and its rest; null for a value without a deadline, or that is not yet certain.
/// </param>
/// <param name="now">
/// Returns the time, if values that can no longer be in time are to be taken first, so that they do not wait for nothing; null if they are
/// not.
/// </param>
sealed class SlackQueue<T>(Func<T, (long StartBy, double Remains)?> slackOf, Func<long>? now = null)
    where T : struct, IMayBeOver
{
    /// <summary>The number of values without a deadline that are looked at again for each value that is taken.</summary>
    const int Looked = 32;

    /// <summary>The number of values that go before the oldest one without a deadline.</summary>
    const int Passed = 32;

    readonly PriorityQueue<(int Slot, long Number), (long StartBy, long Number)> _byStart = new();
    readonly PriorityQueue<(int Slot, long Number), (double Remains, long Number)> _byRest = new();
    readonly Stack<int> _free = new();
    readonly LinkedList<T> _open = new();
    Slot[] _slots = [];
    int _used;
    int _filled;
    long _numbers;
    int _passed;

    /// <summary>Where the last look at values without a deadline ended; null for the oldest.</summary>
    LinkedListNode<T>? _lookAt;

    /// <summary>The number of values that a share is estimated from.</summary>
    const int Sampled = 16;

    /// <summary>The number of values.</summary>
    public int Count => _filled + _open.Count;

    public void Add(in T value)
    {
        if (slackOf(value) is { } slack)
        {
            Add(value, slack.StartBy, slack.Remains);
        }
        else
        {
            _open.AddLast(value);
        }
    }

    /// <summary>Takes the value with the least slack, or with the shortest rest. There must be one.</summary>
    public T Take(bool shortestFirst)
    {
        LookAgain();
        if (_filled == 0 || (_open.Count > 0 && _passed >= Passed))
        {
            _passed = 0;
            _lookAt = _lookAt == _open.First ? null : _lookAt;
            T oldest = _open.First!.Value;
            _open.RemoveFirst();
            return oldest;
        }

        _passed = _open.Count > 0 ? _passed + 1 : 0;
        DropStale(_byStart);
        bool isHopeless = now is not null && _byStart.Peek() is var least && _slots[least.Slot].StartBy < now();
        while (true)
        {
            (int slot, long number) = shortestFirst && !isHopeless ? _byRest.Dequeue() : _byStart.Dequeue();
            if (_slots[slot].Number == number)
            {
                T value = _slots[slot].Value;
                Free(slot);
                Compact();
                return value;
            }
        }
    }

    /// <summary>Returns about which share of the values has a rest that is not longer, from a sample; 0 if there are none.</summary>
    public double ShareBefore(double remains)
    {
        int step = Math.Max(1, _used / Sampled), seen = 0, before = 0;
        for (int i = 0; i < _used; i += step)
        {
            if (_slots[i].Number != 0)
            {
                seen++;
                before += _slots[i].Rest <= remains * (1 + 1e-9) ? 1 : 0;
            }
        }

        return seen == 0 ? 0 : (double)before / seen;
    }

    /// <summary>Removes the values that are no longer needed and returns their number.</summary>
    public int RemoveOver()
    {
        int removed = 0;
        _lookAt = null;
        for (int i = 0; i < _used; i++)
        {
            if (_slots[i].Number != 0 && _slots[i].Value.IsOver)
            {
                Free(i);
                removed++;
            }
        }

        for (LinkedListNode<T>? node = _open.First; node is not null;)
        {
            LinkedListNode<T>? next = node.Next;
            if (node.Value.IsOver)
            {
                _open.Remove(node);
                removed++;
            }

            node = next;
        }

        Compact();
        return removed;
    }

    void Add(in T value, long startBy, double rest)
    {
        if (!_free.TryPop(out int slot))
        {
            if (_used == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Max(16, _slots.Length * 2));
            }

            slot = _used++;
        }

        _slots[slot] = new Slot { Value = value, Number = ++_numbers, StartBy = startBy, Rest = rest };
        _filled++;
        Enqueue(slot);
    }

    void Enqueue(int slot)
    {
        ref Slot it = ref _slots[slot];
        _byStart.Enqueue((slot, it.Number), (it.StartBy, it.Number));
        _byRest.Enqueue((slot, it.Number), (it.Rest, it.Number));
    }

    void Free(int slot)
    {
        _slots[slot] = default;
        _free.Push(slot);
        _filled--;
    }

    /// <summary>
    /// Gives values without a deadline another chance, some at a time: the turn's input may have ended, or the value become certain.
    /// </summary>
    void LookAgain()
    {
        LinkedListNode<T>? node = _lookAt ?? _open.First;
        for (int i = 0; i < Looked && node is not null; i++)
        {
            LinkedListNode<T>? next = node.Next;
            if (slackOf(node.Value) is { } slack)
            {
                _open.Remove(node);
                Add(node.Value, slack.StartBy, slack.Remains);
            }

            node = next;
        }

        _lookAt = node;
    }

    void DropStale(PriorityQueue<(int Slot, long Number), (long StartBy, long Number)> order)
    {
        while (order.Peek() is var first && _slots[first.Slot].Number != first.Number)
        {
            order.Dequeue();
        }
    }

    void Compact()
    {
        if (Math.Max(_byStart.Count, _byRest.Count) <= 16 + (2 * _filled))
        {
            return;
        }

        _byStart.Clear();
        _byRest.Clear();
        for (int i = 0; i < _used; i++)
        {
            if (_slots[i].Number != 0)
            {
                Enqueue(i);
            }
        }
    }

    struct Slot
    {
        public T Value;
        public long Number;
        public long StartBy;
        public double Rest;
    }
}
