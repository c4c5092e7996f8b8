using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Tokenization;

/// <summary>What happens to the text that a splitting pattern matches.</summary>
enum SplitBehavior
{
    /// <summary>It becomes a piece of its own.</summary>
    Isolated,

    /// <summary>It is dropped.</summary>
    Removed,
}

/// <summary>
/// Splits with the regular expression of a <c>tokenizer.json</c>. Those are written for engines that see code points, while .NET
/// sees UTF-16 units; so a text with characters beyond U+FFFF is matched through a shadow in which each of them is one unit of the
/// same general category.
/// </summary>
sealed class RegexPreTokenizer(string pattern, SplitBehavior behavior = SplitBehavior.Isolated, bool invert = false) : PreTokenizer
{
    /// <summary>GPT-2's pattern, which a ByteLevel pre-tokenizer uses unless it is told otherwise.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    readonly Regex _regex = new(PossessiveQuantifiers.ToAtomicGroups(pattern), RegexOptions.CultureInvariant);

    public override void Split(string text, TextRange within, List<TextRange> pieces)
    {
        ReadOnlySpan<char> span = text.AsSpan(within.Start, within.End - within.Start);
        if (span.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            Split(span, within.Start, null, pieces);
            return;
        }

        var shadow = new StringBuilder(span.Length);
        var offsets = new List<int>(span.Length + 1);
        int at = within.Start;
        foreach (Rune rune in span.EnumerateRunes())
        {
            shadow.Append(rune.IsBmp ? (char)rune.Value : Representative(Rune.GetUnicodeCategory(rune)));
            offsets.Add(at);
            at += rune.Utf16SequenceLength;
        }

        offsets.Add(within.End);
        Split(shadow.ToString(), 0, offsets, pieces);
    }

    void Split(ReadOnlySpan<char> text, int origin, List<int>? offsets, List<TextRange> pieces)
    {
        int done = 0;
        foreach (ValueMatch match in _regex.EnumerateMatches(text))
        {
            if (match.Length == 0)
            {
                continue;
            }

            Add(done, match.Index, isMatch: invert);
            Add(match.Index, match.Index + match.Length, isMatch: !invert);
            done = match.Index + match.Length;
        }

        Add(done, text.Length, isMatch: invert);

        void Add(int start, int end, bool isMatch)
        {
            if (end > start && !(isMatch && behavior == SplitBehavior.Removed))
            {
                pieces.Add(offsets is null ? new(origin + start, origin + end) : new(offsets[start], offsets[end]));
            }
        }
    }

    static char Representative(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u0104',
        UnicodeCategory.LowercaseLetter => '\u0105',
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u4E00',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u2460',
        UnicodeCategory.OtherPunctuation => '\u2020',
        UnicodeCategory.MathSymbol => '\u2200',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.Format => '\u2060',
        UnicodeCategory.PrivateUse => '\uE000',
        UnicodeCategory.OtherNotAssigned => '\u0378',
        _ => '\u2600',
    };
}
