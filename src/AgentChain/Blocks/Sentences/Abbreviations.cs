using System.Collections.Frozen;

namespace AgentChain.Blocks.Sentences;

/// <summary>Determines whether a period belongs to an abbreviation. Words are passed without the period.</summary>
sealed class Abbreviations(IEnumerable<string> further)
{
    /// <summary>Abbreviations that are always followed by another word.</summary>
    static readonly string[] Leading =
    [
        "mr", "mrs", "ms", "dr", "prof", "st", "mt", "ft", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "gov", "sen", "rep", "pres",
        "e.g", "i.e", "eg", "ie", "vs", "cf", "approx", "ca", "incl", "excl", "esp", "fig", "nos", "vol", "pp", "ext", "tel", "attn",
    ];

    /// <summary>
    /// Abbreviations that can also end a sentence; only a following capital letter shows it. Those that are also words are left out.
    /// </summary>
    static readonly FrozenSet<string> Either = new[]
    {
        "a.m", "p.m", "etc", "inc", "ltd", "corp", "jr", "sr", "dept", "est", "ave", "rd", "blvd", "apt", "ste", "jan", "feb", "apr",
        "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "tue", "thu", "fri", "ph.d", "u.s", "u.k", "u.n", "e.u", "hr", "hrs", "misc",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    readonly FrozenSet<string> _leading = Leading.Concat(further.Select(a => a.TrimEnd('.'))).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the period after a word never ends a sentence, as after titles and initials.</summary>
    public bool NeverEnds(ReadOnlySpan<char> word) =>
        _leading.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word) || (word.Length == 1 && char.IsLetter(word[0]) && word[0] is not ('i' or 'I'));

    /// <summary>Whether the period after a word ends a sentence only if a capital letter follows.</summary>
    public static bool MayEnd(ReadOnlySpan<char> word) => Either.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
}
