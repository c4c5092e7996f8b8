using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Matches a regular expression of a <c>tokenizer.json</c>. These are written for Oniguruma, which matches code points, while .NET matches
/// UTF-16 units. A text with characters beyond U+FFFF is therefore matched through a shadow in which each of them is one unit of the same
/// general category. A pattern that needs exponential time ends with an error.
/// </summary>
/// <param name="pattern">The pattern.</param>
/// <param name="origin">The field of the file that contains the pattern, for errors; <see langword="null"/> for a built-in pattern.</param>
sealed class RegexMatcher(string pattern, FileField? origin = null) : TextMatcher
{
    readonly Regex _regex = new(OnigurumaPattern.ToDotNet(pattern), RegexOptions.CultureInvariant | RegexOptions.Multiline, TextBudget.Match);

    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches, TextBudget budget)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            Find(text, null, matches, budget);
            return;
        }

        char[] shadow = new char[text.Length];
        int[] offsets = new int[text.Length + 1];
        int count = 0, at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            (shadow[count], offsets[count++]) = (rune.IsBmp ? (char)rune.Value : Representative(rune), at);
            at += rune.Utf16SequenceLength;
        }

        offsets[count] = at;
        Find(shadow.AsSpan(0, count), offsets, matches, budget);
    }

    void Find(ReadOnlySpan<char> text, int[]? offsets, List<TextRange> matches, TextBudget budget)
    {
        try
        {
            FindWithin(text, offsets, matches, budget);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw TooSlow(text.Length, error);
        }
    }

    void FindWithin(ReadOnlySpan<char> text, int[]? offsets, List<TextRange> matches, TextBudget budget)
    {
        int last = -1;
        foreach (ValueMatch match in _regex.EnumerateMatches(text))
        {
            (int start, int end) = (match.Index, match.Index + match.Length);

            // Oniguruma does not report an empty match right after another match.
            if (start < end || start != last)
            {
                matches.Add(offsets is null ? new(start, end) : new(offsets[start], offsets[end]));
            }

            last = end;
            if (budget.IsOver)
            {
                throw TooSlow(text.Length, null);
            }
        }
    }

    Exception TooSlow(int length, Exception? inner)
    {
        string problem = FormattableString.Invariant(
            $"has the pattern {ModelFile.Quote(pattern)}, which takes too long on a text of {length:N0} characters. Use a file whose pattern does not repeat a repetition.");
        return origin is null ? new TokenizerFormatException(problem, inner) : origin.Wrong(problem, inner);
    }

    static char Representative(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\u0104',
        UnicodeCategory.LowercaseLetter => '\u0105',
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u01BB',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u2460',
        UnicodeCategory.OtherPunctuation => '\u2020',
        UnicodeCategory.DashPunctuation => '\u2013',
        UnicodeCategory.MathSymbol => '\u2200',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.CurrencySymbol => '\u20AC',
        UnicodeCategory.Format => '\u2060',
        UnicodeCategory.PrivateUse => '\uE000',
        UnicodeCategory.OtherNotAssigned => '\u0378',
        UnicodeCategory.OtherSymbol when UnicodeText.IsSquaredLetter(rune) => '\u24B6',
        _ => '\u2600',
    };
}
