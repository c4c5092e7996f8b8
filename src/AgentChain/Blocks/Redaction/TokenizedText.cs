using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// A text and its words, numbers and placeholders, found in one pass. The finders look at a bounded number of tokens from each token,
/// so that redaction takes time proportional to the length of the text, whatever the text is.
/// </summary>
[DebuggerDisplay("{Count} tokens")]
sealed class TokenizedText
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly TextToken[] _tokens;

    public TokenizedText(string text)
    {
        Text = text;
        _tokens = [.. SaidNumbers.Merge(text, [.. Split(text)])];
    }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Text { get; }

    public int Count => _tokens.Length;

    public TextToken this[int index] => _tokens[index];

    /// <summary>The characters between the token before and this one; for the index behind the last token, the rest.</summary>
    public ReadOnlySpan<char> Gap(int index)
    {
        int start = index == 0 ? 0 : _tokens[index - 1].End;
        return Text.AsSpan(start, (index < Count ? _tokens[index].Start : Text.Length) - start);
    }

    public ReadOnlySpan<char> Spelled(int index) => Text.AsSpan(_tokens[index].Start, _tokens[index].Length);

    public bool IsWord(int index) => index >= 0 && index < Count && _tokens[index].IsWord;

    public bool IsNumber(int index) => index >= 0 && index < Count && _tokens[index].IsNumber;

    /// <summary>Whether the token is a word, in any case.</summary>
    public bool Is(int index, string word) => IsWord(index) && Spelled(index).Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the token is in a set of words, in any case and without a final "'s".</summary>
    public bool IsIn(int index, WordSet words) => IsWord(index) && words.Contains(Stem(index));

    /// <summary>The word without a final "'s".</summary>
    public ReadOnlySpan<char> Stem(int index)
    {
        ReadOnlySpan<char> word = Spelled(index);
        return HasGenitive(index) ? word[..^2] : word;
    }

    /// <summary>Whether a word ends in "'s".</summary>
    public bool HasGenitive(int index) =>
        Spelled(index) is [_, .., var apostrophe, 's' or 'S'] && Characters.IsApostrophe(apostrophe);

    /// <summary>Writes the digits of a number token as ASCII. Returns their count, or -1 if they do not fit.</summary>
    public int CopyDigits(int index, Span<char> target)
    {
        TextToken token = _tokens[index];
        if (token.Count > target.Length)
        {
            return -1;
        }

        if (token.Said is { } said)
        {
            said.CopyTo(target);
            return said.Length;
        }

        int count = 0;
        for (int at = token.Start; at < token.End;)
        {
            int digit = Characters.Digit(Text, at, out int length);
            if (digit >= 0)
            {
                target[count++] = (char)('0' + digit);
            }

            at += length;
        }

        return count;
    }

    /// <summary>The placeholders that the text contains.</summary>
    public IEnumerable<string> Placeholders() => _tokens.Where(t => t.Kind == TokenKind.Placeholder).Select(t => Text[t.Start..t.End]);

    /// <summary>Whether a letter touches the number on either side.</summary>
    public bool TouchesWord(int index) =>
        (IsWord(index - 1) && Gap(index).IsEmpty) || (IsWord(index + 1) && Gap(index + 1).IsEmpty);

    /// <summary>Finds the words, numbers and placeholders of a text. Numbers in words are words.</summary>
    public static IEnumerable<TextToken> Split(string text)
    {
        var before = default(TextToken);
        for (int at = 0; at < text.Length;)
        {
            char c = text[at];
            TextToken token;
            if (c == '[' && RedactionMap.PlaceholderAt(text, at) is > 0 and int bracketed)
            {
                token = new(TokenKind.Placeholder, at, at + bracketed);
            }
            else if (Characters.Digit(text, at, out int length) >= 0)
            {
                token = Number(text, at, before);
            }
            else if (Characters.IsLetter(text, at, inside: false, out length))
            {
                token = new(TokenKind.Word, at, EndOfWord(text, at + length));
            }
            else
            {
                at += length;
                continue;
            }

            yield return token;
            before = token;
            at = token.End;
        }
    }

    static TextToken Number(string text, int start, TextToken before)
    {
        int count = 0;
        int at = start;
        while (at < text.Length)
        {
            if (Characters.Digit(text, at, out int length) >= 0)
            {
                count++;
            }
            else if (!Characters.IsMark(text[at]))
            {
                break;
            }

            at += length;
        }

        int sign = start > 0 && text[start - 1] == ' ' ? start - 2 : start - 1;
        bool follows = before.IsNumber && before.IsAmount && before.End == start - 1 && text[start - 1] is '.' or ',';
        int unit = at < text.Length && text[at] == ' ' ? at + 1 : at;
        bool ends = unit + 1 >= text.Length || !char.IsLetterOrDigit(text[unit + 1]);
        bool amount = follows || (sign >= 0 && Characters.IsCurrency(text[sign]))
            || (ends && unit < text.Length && (text[unit] == '%' || Characters.IsCurrency(text[unit])));
        return new(TokenKind.Number, start, at, count, amount);
    }

    static int EndOfWord(string text, int at)
    {
        while (at < text.Length)
        {
            if (Characters.IsLetter(text, at, inside: true, out int length))
            {
                at += length;
            }
            else if ((Characters.IsApostrophe(text[at]) || text[at] == '\u200c' || text[at] == '\u200d')
                && at + 1 < text.Length && Characters.IsLetter(text, at + 1, inside: false, out length))
            {
                at += 1 + length;
            }
            else
            {
                break;
            }
        }

        return at;
    }
}
