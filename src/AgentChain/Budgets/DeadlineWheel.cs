using System.Numerics;
using System.Runtime.InteropServices;

namespace AgentChain.Budgets;

/// <summary>
/// A hashed timing wheel (Varghese and Lauck, 1987) with slots of one millisecond. Deadlines are added and removed in
/// constant time, because nearly every deadline is removed before it falls due. Pure: callers pass in the time. Not
/// thread-safe; the owner locks.
/// </summary>
sealed class DeadlineWheel
{
    const int Slots = 512;
    const int ManyDue = 1024;

    readonly IDeadline?[] _slots = new IDeadline?[Slots];
    readonly ulong[] _occupied = new ulong[Slots / 64];
    readonly long _ticksPerSlot;
    long _slotAt;

    /// <param name="ticksPerSecond">The clock's frequency.</param>
    /// <param name="now">The time at which the wheel starts.</param>
    public DeadlineWheel(long ticksPerSecond, long now)
    {
        _ticksPerSlot = Math.Max(1, ticksPerSecond / 1000);
        _slotAt = now / _ticksPerSlot;
    }

    /// <summary>The number of deadlines in the wheel.</summary>
    public int Count { get; private set; }

    public void Add(IDeadline entry, long due)
    {
        long slot = Math.Max(due / _ticksPerSlot, _slotAt);
        int index = (int)(slot % Slots);
        ref DeadlineLinks links = ref entry.Links;
        links = new DeadlineLinks { Due = due, Slot = index + 1, Next = _slots[index] };
        if (links.Next is { } next)
        {
            next.Links.Previous = entry;
        }

        _slots[index] = entry;
        _occupied[index >> 6] |= 1UL << (index & 63);
        Count++;
    }

    /// <summary>Removes an entry. Does nothing if the entry is not in the wheel.</summary>
    public bool Remove(IDeadline entry)
    {
        ref DeadlineLinks links = ref entry.Links;
        if (!links.IsWaiting)
        {
            return false;
        }

        int index = links.Slot - 1;
        if (links.Previous is { } previous)
        {
            previous.Links.Next = links.Next;
        }
        else
        {
            _slots[index] = links.Next;
            if (links.Next is null)
            {
                _occupied[index >> 6] &= ~(1UL << (index & 63));
            }
        }

        if (links.Next is { } next)
        {
            next.Links.Previous = links.Previous;
        }

        links = new DeadlineLinks { Due = links.Due };
        Count--;
        return true;
    }

    /// <summary>Advances to <paramref name="now"/> and returns the entries that are due, in order of their due times.</summary>
    public void Advance(long now, List<IDeadline> due) => TryAdvance(now, due, int.MaxValue);

    /// <summary>Advances toward <paramref name="now"/> and returns some of the entries that are due, the earliest milliseconds first.</summary>
    /// <param name="now">The time.</param>
    /// <param name="due">The list to add the entries to.</param>
    /// <param name="most">The number of entries after which to stop.</param>
    /// <returns>Whether there are no further entries that are due.</returns>
    public bool TryAdvance(long now, List<IDeadline> due, int most)
    {
        // If the clock went backwards, entries that are due by now are in the slot that was already reached.
        long target = Math.Max(now / _ticksPerSlot, _slotAt);
        bool isDone;
        for (_slotAt = Math.Max(_slotAt, target - (Slots - 1)); (isDone = Take(_slotAt, now, due, most)) && _slotAt < target; _slotAt++)
        {
        }

        Sort(due);
        return isDone;
    }

    /// <summary>
    /// Returns entries that became due in a time, the latest milliseconds first if there are many, although earlier ones remain
    /// (<see cref="TryAdvance"/>).
    /// </summary>
    /// <param name="from">The start of the time; the whole millisecond counts.</param>
    /// <param name="now">Its end.</param>
    /// <param name="due">The list to add the entries to, in order of their due times.</param>
    /// <param name="most">The number of entries after which to stop.</param>
    public void TakeSince(long from, long now, List<IDeadline> due, int most)
    {
        long target = now / _ticksPerSlot;
        long first = Math.Max(Math.Max(from / _ticksPerSlot, _slotAt), target - (Slots - 1));
        for (long slot = target; slot >= first && Take(slot, now, due, most); slot--)
        {
        }

        Sort(due);
    }

    /// <summary>Takes the due entries of a slot; false if some are left.</summary>
    bool Take(long slot, long now, List<IDeadline> due, int most)
    {
        for (IDeadline? entry = _slots[(int)(slot % Slots)]; entry is not null;)
        {
            IDeadline? next = entry.Links.Next;
            if (entry.Links.Due <= now)
            {
                if (due.Count >= most)
                {
                    return false;
                }

                Remove(entry);
                due.Add(entry);
            }

            entry = next;
        }

        return true;
    }

    static void Sort(List<IDeadline> due)
    {
        if (due.Count < ManyDue)
        {
            due.Sort(static (a, b) => a.Links.Due.CompareTo(b.Links.Due));
            return;
        }

        // Several times as fast: it compares numbers.
        var times = new long[due.Count];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = due[i].Links.Due;
        }

        times.AsSpan().Sort(CollectionsMarshal.AsSpan(due));
    }

    /// <summary>
    /// Returns the time of the next check. It is never later than the earliest deadline, but can be earlier, because a slot also holds
    /// deadlines of later revolutions of the wheel.
    /// </summary>
    public long NextLook()
    {
        if (Count == 0)
        {
            return long.MaxValue;
        }

        int start = (int)(_slotAt % Slots);
        for (int offset = 0; offset < Slots;)
        {
            int index = (start + offset) % Slots;
            ulong bits = _occupied[index >> 6] >> (index & 63);
            if (bits == 0)
            {
                offset += 64 - (index & 63);
                continue;
            }

            offset += BitOperations.TrailingZeroCount(bits);
            return Earliest((int)((start + offset) % Slots), (_slotAt + offset) * _ticksPerSlot);
        }

        return (_slotAt + Slots) * _ticksPerSlot;
    }

    long Earliest(int index, long slotStart)
    {
        long earliest = long.MaxValue;
        for (IDeadline? entry = _slots[index]; entry is not null; entry = entry.Links.Next)
        {
            earliest = Math.Min(earliest, entry.Links.Due);
        }

        return earliest < slotStart + _ticksPerSlot ? earliest : slotStart + _ticksPerSlot;
    }
}
