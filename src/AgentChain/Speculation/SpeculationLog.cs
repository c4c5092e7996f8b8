namespace AgentChain.Speculation;

/// <summary>One question, its answer and how it turned out. Holds no user text.</summary>
/// <param name="Time">When it was asked, by the chain's clock.</param>
/// <param name="Block">The block.</param>
/// <param name="Decision">The answer.</param>
/// <param name="CameTrue">Whether the hypothesis came true.</param>
/// <param name="Started">Whether work was started on the question.</param>
/// <param name="Predicted">The gain that was to be expected: P x what of the block's own work fits before the truth is known.</param>
/// <param name="Saved">The gain there was; zero when nothing was started, or in vain.</param>
/// <param name="Wasted">The device time lost.</param>
public readonly record struct SpeculationLogEntry(
    TimeSpan Time,
    string Block,
    SpeculationDecision Decision,
    bool CameTrue,
    bool Started,
    TimeSpan Predicted,
    TimeSpan Saved,
    TimeSpan Wasted);

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
