using System.Buffers;
using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds given numbers and identifiers, whatever separators stand between their groups.</summary>
[DebuggerDisplay("{_kinds.Count} numbers")]
sealed class KnownNumbers
{
    /// <summary>Longer numbers are found only by the rules that found them first.</summary>
    const int Longest = 40;

    static readonly SearchValues<char> Separators = SearchValues.Create(" .()-/\u00a0");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly Dictionary<string, PersonalDataKind> _kinds = new(StringComparer.Ordinal);

    int _longest;

    public void Add(PersonalDataKind kind, string canonical)
    {
        if (canonical.Length <= Longest && _kinds.TryAdd(canonical, kind))
        {
            _longest = Math.Max(_longest, canonical.Length);
        }
    }

    public void Find(TokenizedText text, Findings found)
    {
        if (_kinds.Count == 0)
        {
            return;
        }

        Dictionary<string, PersonalDataKind>.AlternateLookup<ReadOnlySpan<char>> lookup = _kinds.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> joined = stackalloc char[Longest];
        for (int from = 0; from < text.Count; from++)
        {
            if (text[from].Kind == TokenKind.Placeholder || text[from].IsAmount || IsJoined(text, from)
                || (from > 0 && text.Gap(from).IsEmpty))
            {
                continue;
            }

            int count = 0;
            for (int to = from; to < text.Count && (to == from || IsNear(text.Gap(to))); to++)
            {
                int length = Copy(text, to, joined[count.._longest]);
                if (length < 0)
                {
                    break;
                }

                count += length;
                if (!IsJoined(text, to + 1) && lookup.TryGetValue(joined[..count], out PersonalDataKind kind)
                    && found.Add(kind, text[from].Start, text[to].End))
                {
                    break;
                }
            }
        }
    }

    static int Copy(TokenizedText text, int at, Span<char> target) =>
        text[at].IsNumber ? text.CopyDigits(at, target)
        : text[at].IsWord && text[at].Length <= target.Length ? text.Spelled(at).ToUpperInvariant(target)
        : -1;

    static bool IsNear(ReadOnlySpan<char> gap) => gap.Length <= 2 && !gap.ContainsAnyExcept(Separators);

    /// <summary>Whether a number is the second part of a decimal.</summary>
    static bool IsJoined(TokenizedText text, int at) =>
        text.IsNumber(at) && text.IsNumber(at - 1) && text.Gap(at) is "." or "," && text[at - 1].Count <= 6 && text[at].Count <= 2;
}
