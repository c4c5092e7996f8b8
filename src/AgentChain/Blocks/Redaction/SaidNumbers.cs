using System.Collections.Frozen;
using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Finds numbers that are written as they are said, "four one five, five five five, oh one three two", and makes number tokens of them,
/// one for each part between pauses. Fewer than four digits, and numbers that count something ("four thousand"), stay words.
/// </summary>
static class SaidNumbers
{
    const int LeastDigits = 4;

    const int LeastCodeDigits = 3;

    const int LeastMixedDigits = 7;

    const int LeastWords = 2;

    const int MostPauses = 2;

    static readonly FrozenDictionary<string, string> Simple = (
        "zero=0 nought=0 oh=0 o=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 " +
        "fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19")
        .Split(' ').ToFrozenDictionary(w => w[..w.IndexOf('=')], w => w[(w.IndexOf('=') + 1)..], StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, char> Tens = "twenty thirty forty fifty sixty seventy eighty ninety".Split(' ')
        .Select((word, i) => (word, (char)('2' + i))).ToFrozenDictionary(w => w.word, w => w.Item2, StringComparer.OrdinalIgnoreCase);

    static readonly WordSet Pauses = new("dash hyphen um uh er erm then space slash comma");

    static readonly WordSet Scales = new("""
        hundred thousand million billion trillion point percent dollar dollars cent cents euro euros pounds bucks times degrees o'clock
        """);

    static readonly WordSet Codes = new("cvv cvc csc cvn code");

    static readonly WordSet Positions = new("first last final next");

    /// <summary>Returns the tokens with number tokens instead of the words of said numbers.</summary>
    public static IEnumerable<TextToken> Merge(string text, IReadOnlyList<TextToken> tokens)
    {
        List<TextToken> run = [];
        for (int at = 0; at < tokens.Count;)
        {
            int next = Read(text, tokens, at, run);
            if (next == at)
            {
                yield return tokens[at++];
                continue;
            }

            bool accepted = IsNumber(text, tokens, at, next, run);
            for (int i = 0; i < (accepted ? run.Count : next - at); i++)
            {
                yield return accepted ? run[i] : tokens[at + i];
            }

            at = next;
        }
    }

    /// <summary>Returns all digits of a value, written and said.</summary>
    public static string Digits(string value)
    {
        List<TextToken> run = [];
        TextToken[] tokens = [.. TokenizedText.Split(value)];
        var digits = new StringBuilder();
        for (int at = 0; at < tokens.Length;)
        {
            int next = Read(value, tokens, at, run);
            foreach (TextToken token in run.Where(t => t.IsNumber))
            {
                Append(digits, value, token);
            }

            at = Math.Max(next, at + 1);
        }

        return digits.ToString();
    }

    static void Append(StringBuilder digits, string text, TextToken token)
    {
        digits.Append(token.Said);
        for (int at = token.Start; token.Said is null && at < token.End;)
        {
            int digit = Characters.Digit(text, at, out int length);
            _ = digit >= 0 ? digits.Append((char)('0' + digit)) : digits;
            at += length;
        }
    }

    static bool IsNumber(string text, IReadOnlyList<TextToken> tokens, int from, int next, List<TextToken> run)
    {
        int digits = 0, words = 0;
        bool mixed = false;
        foreach (TextToken token in run)
        {
            digits = Math.Min(digits + token.Count, LeastMixedDigits);
            words += token.Said is null ? 0 : token.Count;
            mixed |= token.IsNumber && token.Said is null;
        }

        bool counts = next < tokens.Count && tokens[next].IsWord && Scales.Contains(text.AsSpan(tokens[next].Start, tokens[next].Length));
        int least = mixed ? LeastMixedDigits : IsAfterCode(text, tokens, from) ? LeastCodeDigits : LeastDigits;
        return words >= LeastWords && digits >= least && !counts;
    }

    /// <summary>Whether the code of a card is announced before a token: "cvv is one two three".</summary>
    static bool IsAfterCode(string text, IReadOnlyList<TextToken> tokens, int at)
    {
        int label = at > 1 && Is(Word(text, tokens, at - 1), "is") ? at - 2 : at - 1;
        return label >= 0 && IsIn(text, tokens[label], Codes);
    }

    /// <summary>Reads the numbers from a token on that follow each other. Returns the index behind the last one.</summary>
    static int Read(string text, IReadOnlyList<TextToken> tokens, int from, List<TextToken> run)
    {
        run.Clear();
        var said = new StringBuilder();
        int start = 0, end = from, pauses = 0;
        for (int at = from; at < tokens.Count;)
        {
            bool apart = false;
            if (at > from && !IsNear(text.AsSpan(tokens[at - 1].End, tokens[at].Start - tokens[at - 1].End), out apart))
            {
                break;
            }

            string? digits = Element(text, tokens, at, isFirst: at == from, out int length);
            bool written = digits is null && tokens[at].IsNumber && !tokens[at].IsAmount;
            bool pause = digits is null && !written && at > from && ++pauses <= MostPauses && IsIn(text, tokens[at], Pauses);
            if (said.Length > 0 && (apart || digits is null))
            {
                run.Add(new(TokenKind.Number, tokens[start].Start, tokens[end - 1].End, said.Length, Said: said.ToString()));
                said.Clear();
            }

            if (digits is not null)
            {
                start = said.Length == 0 ? at : start;
                said.Append(digits);
            }
            else if (written)
            {
                run.Add(tokens[at]);
            }
            else if (pause)
            {
                run.Add(tokens[at]);
            }
            else
            {
                break;
            }

            at += length;
            (end, pauses) = pause ? (end, pauses) : (at, 0);
        }

        if (said.Length > 0)
        {
            run.Add(new(TokenKind.Number, tokens[start].Start, tokens[end - 1].End, said.Length, Said: said.ToString()));
        }

        while (run.Count > 0 && run[^1].IsWord)
        {
            run.RemoveAt(run.Count - 1);
        }

        return end;
    }

    /// <summary>Returns the digits of a number that is said at a token, and its length in tokens; or <see langword="null"/>.</summary>
    static string? Element(string text, IReadOnlyList<TextToken> tokens, int at, bool isFirst, out int length)
    {
        length = 1;
        ReadOnlySpan<char> word = Word(text, tokens, at);
        int times = Is(word, "double") ? 2 : Is(word, "triple") || Is(word, "treble") ? 3 : 1;
        if (times > 1)
        {
            length = 2;
            return Single(Word(text, tokens, at + 1)) is { Length: 1 } repeated ? new string(repeated[0], times) : NoElement(out length);
        }

        if (word.IsEmpty || (isFirst && Is(word, "o")) || (at > 0 && IsIn(text, tokens[at - 1], Positions)))
        {
            return null;
        }

        string? next = Single(Word(text, tokens, at + 1));
        if (Tens.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out char ten))
        {
            bool whole = next is { Length: 1 } && next[0] != '0';
            length = whole ? 2 : 1;
            return ten + (whole ? next : "0");
        }

        bool hundreds = Single(word) is [>= '1' and <= '9'] && Is(Word(text, tokens, at + 1), "hundred") && at + 2 < tokens.Count
            && (Single(Word(text, tokens, at + 2)) is not null || tokens[at + 2].IsNumber);
        length = hundreds ? 2 : 1;
        return hundreds ? Single(word) + "00" : Single(word);
    }

    static string? NoElement(out int length)
    {
        length = 1;
        return null;
    }

    static string? Single(ReadOnlySpan<char> word) =>
        Simple.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out string? digits) ? digits : null;

    static bool Is(ReadOnlySpan<char> word, string other) => word.Equals(other, StringComparison.OrdinalIgnoreCase);

    static bool IsIn(string text, TextToken token, WordSet words) => token.IsWord && words.Contains(text.AsSpan(token.Start, token.Length));

    static ReadOnlySpan<char> Word(string text, IReadOnlyList<TextToken> tokens, int at) =>
        at < tokens.Count && tokens[at].IsWord ? text.AsSpan(tokens[at].Start, tokens[at].Length) : default;

    /// <summary>Whether a number can go on after a gap, and whether the gap is a pause.</summary>
    static bool IsNear(ReadOnlySpan<char> gap, out bool apart)
    {
        apart = gap.ContainsAny(",\n()");
        return gap is " " or "-" or "  " or "\u00a0" or ", " or "," or "\n" or " - " or " (" or ") ";
    }
}
