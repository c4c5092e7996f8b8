using System.Buffers;
using System.Globalization;

namespace AgentChain.Blocks.Sentences;

/// <summary>The characters that end, open and close sentences in the scripts that the chunker knows.</summary>
static class SentenceMarks
{
    /// <summary>
    /// Marks that end a sentence even if no white space follows: those of Chinese and Japanese, Arabic and Urdu, the Indic scripts,
    /// Ethiopic, Burmese, Khmer, Tibetan, Armenian and Mongolian.
    /// </summary>
    static readonly SearchValues<char> Hard = SearchValues.Create("。！？｡．‼⁇⁈⁉؟۔।॥።፧፨။។៕༎།։᠃᠉");

    static readonly SearchValues<char> Soft = SearchValues.Create(".!?…");

    static readonly SearchValues<char> Opening = SearchValues.Create("([{（［｛【〔〖〈《「『｢");

    static readonly SearchValues<char> ClosingBrackets = SearchValues.Create(")]}）］｝】〕〗〉》」』｣");

    static readonly SearchValues<char> Closing = SearchValues.Create("\"'”’“‘»›*_)]}）］｝】〕〗〉》」』｣〞〟＂＇");

    static readonly SearchValues<char> BeforeSentence = SearchValues.Create("\"'“‘«‹([{*_¿¡-–—•（［｛【〔〖〈《「『｢„‚#>");

    public static bool IsTerminator(char c) => Soft.Contains(c) || IsHard(c);

    public static bool IsHard(char c) => Hard.Contains(c);

    public static bool IsOpeningBracket(char c) => Opening.Contains(c);

    public static bool IsClosingBracket(char c) => ClosingBrackets.Contains(c);

    /// <summary>Whether a character after a terminator still belongs to the sentence.</summary>
    public static bool IsClosing(char c) => Closing.Contains(c);

    /// <summary>Whether a character can stand between the white space and the first letter of a sentence.</summary>
    public static bool IsBeforeSentence(char c) => BeforeSentence.Contains(c);

    public static bool IsLineBreak(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    /// <summary>Whether a character belongs to a script that puts no space between sentences.</summary>
    public static bool IsUnspaced(char c) => c is >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u4dbf' or >= '\u4e00' and <= '\u9fff';

    /// <summary>Whether Japanese text after a closing quote continues the sentence, as "と言った" does.</summary>
    public static bool ContinuesQuote(char c) => c is 'と' or 'っ' or '、' or 'の' or 'を' or '，' or ',';

    /// <summary>Whether a character can belong to an abbreviation or a number.</summary>
    public static bool IsWordPart(char c) =>
        char.IsLetterOrDigit(c) || c is '.' or '°' or 'º' or '№' || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;

    /// <summary>Whether an emoji, or a part of one, stands at an index, as far as the text shows; and its length.</summary>
    public static bool IsPicture(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        char c = text[at];
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(c, text[at + 1]) is >= 0x1f000 and <= 0x1faff;
        }

        return c is '\ud83c' or '\ud83d' or '\ud83e' ? at + 1 == text.Length : c is (>= '\u2600' and <= '\u27bf') or '\ufe0f' or '\u200d';
    }

    public static bool IsQuoteBracket(char c) => c is '」' or '』' or '｣';
}
