using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>Restores one stream. Holds back a tail that is the beginning of a known placeholder.</summary>
[DebuggerDisplay("holds {_held.Length} characters")]
sealed class PlaceholderStream(RedactionMap map) : IRegrouper<string, string>
{
    /// <summary>The placeholders in ordinal order, in which those with a common beginning are neighbors.</summary>
    readonly string[] _placeholders = [.. map.Placeholders.Order(StringComparer.Ordinal)];

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    string _held = "";

    public void Add(string item, ICollection<string> ready)
    {
        ArgumentNullException.ThrowIfNull(item);
        string text = _held.Length == 0 ? item : _held + item;
        int open = text.LastIndexOf('[');
        int keep = open >= 0 && IsBeginning(text.AsSpan(open)) ? open : text.Length;
        _held = text[keep..];
        if (keep > 0)
        {
            ready.Add(PlaceholderRestorer.Restore(text[..keep], map));
        }
    }

    public void Complete(ICollection<string> ready)
    {
        if (_held.Length > 0)
        {
            ready.Add(_held);
            _held = "";
        }
    }

    bool IsBeginning(ReadOnlySpan<char> tail)
    {
        int low = 0;
        int high = _placeholders.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_placeholders[middle].AsSpan().SequenceCompareTo(tail) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < _placeholders.Length && _placeholders[low].AsSpan().StartsWith(tail);
    }
}
