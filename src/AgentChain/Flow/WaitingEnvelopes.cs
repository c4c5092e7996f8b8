namespace AgentChain.Flow;

/// <summary>
/// What waits for one of a limited number of workers, oldest first. For each envelope there is one ticket, which lies in the workers'
/// Dataflow block: whoever draws a ticket takes the oldest envelope. An envelope that is removed leaves its ticket to the next that
/// comes, so there are never more tickets than envelopes have waited at once.
/// </summary>
sealed class WaitingEnvelopes<T>
{
    readonly Lock _gate = new();
    Envelope<T>[] _ring = new Envelope<T>[16];
    int _first;
    int _count;
    int _spareTickets;
    bool _isClosed;

    /// <summary>Adds an envelope; false when nobody will take it any more.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="needsTicket">Whether a ticket has to be made for it.</param>
    public bool TryAdd(in Envelope<T> envelope, out bool needsTicket)
    {
        lock (_gate)
        {
            needsTicket = _spareTickets == 0;
            if (_isClosed)
            {
                return false;
            }

            if (!needsTicket)
            {
                _spareTickets--;
            }

            if (_count == _ring.Length)
            {
                Grow();
            }

            _ring[(_first + _count) & (_ring.Length - 1)] = envelope;
            _count++;
            return true;
        }
    }

    /// <summary>Takes the oldest envelope against a ticket; false when the ticket's envelope was removed.</summary>
    public bool TryTake(out Envelope<T> envelope)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                _spareTickets--;
                envelope = default;
                return false;
            }

            ref Envelope<T> place = ref _ring[_first];
            envelope = place;
            place = default;
            _first = (_first + 1) & (_ring.Length - 1);
            _count--;
            return true;
        }
    }

    /// <summary>Removes the envelopes that nobody wants any more.</summary>
    /// <returns>How many they were.</returns>
    public int RemoveOver()
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return 0;
        }

        lock (_gate)
        {
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                ref Envelope<T> envelope = ref _ring[(_first + i) & (_ring.Length - 1)];
                if (envelope.IsOver)
                {
                    continue;
                }

                if (kept != i)
                {
                    _ring[(_first + kept) & (_ring.Length - 1)] = envelope;
                }

                kept++;
            }

            int removed = _count - kept;
            for (int i = kept; i < _count; i++)
            {
                _ring[(_first + i) & (_ring.Length - 1)] = default;
            }

            _count = kept;
            _spareTickets += removed;
            return removed;
        }
    }

    /// <summary>Lets nothing further in: the workers are gone.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    void Grow()
    {
        var larger = new Envelope<T>[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_first + i) & (_ring.Length - 1)];
        }

        (_ring, _first) = (larger, 0);
    }
}
