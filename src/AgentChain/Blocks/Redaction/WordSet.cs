using System.Collections.Frozen;

namespace AgentChain.Blocks.Redaction;

/// <summary>A set of words, compared without case and with straight apostrophes.</summary>
sealed class WordSet(params IEnumerable<string> words)
{
    readonly FrozenSet<string> _words =
        words.SelectMany(w => w.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public bool Contains(ReadOnlySpan<char> word) =>
        _words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word.Contains('’') ? word.ToString().Replace('’', '\'') : word);
}
