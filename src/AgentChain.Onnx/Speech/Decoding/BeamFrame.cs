namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>The hypotheses of one frame before pruning, in a hash table that clears in constant time.</summary>
internal sealed class BeamFrame
{
    private readonly BeamEntry[] _entries;
    private readonly double[] _totals;
    private readonly int[] _slots;
    private readonly uint[] _stamps;
    private readonly int _mask;
    private uint _stamp;
    private int _count;

    public BeamFrame(int capacity)
    {
        _entries = new BeamEntry[capacity];
        _totals = new double[capacity];
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2 * capacity));
        _slots = new int[size];
        _stamps = new uint[size];
        _mask = size - 1;
    }

    public void Clear()
    {
        _count = 0;
        if (++_stamp == 0)
        {
            Array.Clear(_stamps);
            _stamp = 1;
        }
    }

    /// <summary>Returns a key's hypothesis; adds a missing one with probability 0. The reference is valid until the next call.</summary>
    public ref BeamEntry At(int history, int node, double language)
    {
        uint hash = (uint)history * 2654435761u ^ (uint)node * 2246822519u;
        int slot = (int)(hash ^ hash >> 15) & _mask;
        while (_stamps[slot] == _stamp)
        {
            ref BeamEntry found = ref _entries[_slots[slot]];
            if (found.History == history && found.Node == node)
            {
                return ref found;
            }

            slot = (slot + 1) & _mask;
        }

        _stamps[slot] = _stamp;
        _slots[slot] = _count;
        _entries[_count] = new BeamEntry(history, node) { Language = language };
        return ref _entries[_count++];
    }

    /// <summary>Copies the most probable hypotheses, best first. The one added first wins a tie.</summary>
    /// <returns>The number of hypotheses copied.</returns>
    public int Best(BeamEntry[] beam)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            double total = _entries[i].Total;
            if (kept == beam.Length && total <= _totals[kept - 1])
            {
                continue;
            }

            int at = kept < beam.Length ? kept++ : kept - 1;
            for (; at > 0 && _totals[at - 1] < total; at--)
            {
                _totals[at] = _totals[at - 1];
                beam[at] = beam[at - 1];
            }

            _totals[at] = total;
            beam[at] = _entries[i];
        }

        return kept;
    }
}
