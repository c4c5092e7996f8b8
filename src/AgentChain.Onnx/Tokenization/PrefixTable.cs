using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Finds the longest vocabulary entry that begins a text. The entries are sorted, so the time per character grows with the logarithm of
/// their number and not with their lengths. Immutable.
/// </summary>
sealed class PrefixTable
{
    readonly string[] _entries;
    readonly int[] _ids;
    readonly int _skipped;
    readonly Dictionary<char, (int Low, int High)> _byFirst = [];

    /// <summary>Creates a table.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="prefix">The text with which an entry must begin; it is not part of the texts to be found.</param>
    public PrefixTable(IReadOnlyDictionary<string, int> vocabulary, string prefix)
    {
        _skipped = prefix.Length;
        _entries = [.. vocabulary.Keys.Where(key => key.Length > _skipped && key.StartsWith(prefix, StringComparison.Ordinal))];
        Array.Sort(_entries, StringComparer.Ordinal);
        _ids = [.. _entries.Select(entry => vocabulary[entry])];
        for (int i = 0; i < _entries.Length; i++)
        {
            ref (int Low, int High) range =
                ref CollectionsMarshal.GetValueRefOrAddDefault(_byFirst, _entries[i][_skipped], out bool exists);
            range = (exists ? range.Low : i, i + 1);
        }
    }

    /// <summary>Returns the length of the longest entry that begins a text, without the prefix, or 0.</summary>
    public int Longest(ReadOnlySpan<char> text, out int id)
    {
        id = -1;
        if (text.IsEmpty || !_byFirst.TryGetValue(text[0], out (int Low, int High) range))
        {
            return 0;
        }

        int longest = 0;
        for (int length = 1; ; length++)
        {
            // Of the entries that begin with these characters, the one that ends here comes first.
            if (_entries[range.Low].Length == length + _skipped)
            {
                (longest, id) = (length, _ids[range.Low]);
            }

            if (length == text.Length)
            {
                return longest;
            }

            int low = First(range.Low, range.High, length, text[length]);
            range = (low, First(low, range.High, length, text[length] + 1));
            if (range.Low == range.High)
            {
                return longest;
            }
        }
    }

    /// <summary>Returns the first entry whose character at a position is not before another.</summary>
    int First(int low, int high, int at, int character)
    {
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            string entry = _entries[middle];
            if (entry.Length > at + _skipped && entry[at + _skipped] >= character)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
