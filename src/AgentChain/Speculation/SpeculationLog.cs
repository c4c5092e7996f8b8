namespace AgentChain.Speculation;

/// <summary>The last questions of a controller, in the order in which they turned out. Thread-safe.</summary>
public sealed class SpeculationLog
{
    readonly Lock _lock = new();
    readonly SpeculationLogEntry[] _entries;
    long _total;

    internal SpeculationLog(int size) => _entries = new SpeculationLogEntry[size];

    /// <summary>Gets how many questions have turned out in all; the log holds the last of them.</summary>
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

    /// <summary>Copies what the log holds.</summary>
    /// <returns>The entries, the oldest first.</returns>
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
