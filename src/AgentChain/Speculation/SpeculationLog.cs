namespace AgentChain.Speculation;

/// <summary>Provides the most recent requests of a controller, in the order in which they were resolved. Thread-safe.</summary>
public sealed class SpeculationLog
{
    readonly Lock _lock = new();
    readonly SpeculationLogEntry[] _entries;
    long _total;

    internal SpeculationLog(int size) => _entries = new SpeculationLogEntry[size];

    /// <summary>Gets the total number of resolved requests. The log holds only the most recent ones.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>Copies the entries of the log.</summary>
    /// <returns>The entries, oldest first.</returns>
    public SpeculationLogEntry[] Snapshot()
    {
        lock (_lock)
        {
            int count = (int)Math.Min(_total, _entries.Length);
            var copy = new SpeculationLogEntry[count];
            for (int i = 0; i < count; i++)
            {
                copy[i] = _entries[(_total - count + i) % _entries.Length];
            }

            return copy;
        }
    }

    internal void Add(in SpeculationLogEntry entry)
    {
        if (_entries.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _entries[_total++ % _entries.Length] = entry;
        }
    }
}
