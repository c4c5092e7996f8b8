using System.Buffers;

namespace AgentChain.Blocks.Sentences;

/// <summary>The one or two words before a period.</summary>
readonly ref struct PrecedingText
{
    /// <summary>Longer words are neither abbreviations nor numbers of list items.</summary>
    const int LongestWord = 32;

    const int LongestMarker = 12;

    static readonly SearchValues<char> BeforeMarker = SearchValues.Create(" \t-*•#–—>([\"'“‘«");

    readonly ReadOnlySpan<char> _text;
    readonly int _start;

    public PrecedingText(ReadOnlySpan<char> text, int at)
    {
        _text = text[..at];
        _start = StartOfWord(at);
        Last = _text[_start..];
        int end = _start;
        while (end > 0 && _start - end < 2 && char.IsWhiteSpace(_text[end - 1]))
        {
            end--;
        }

        Before = end < _start ? _text[StartOfWord(end)..end] : default;
    }

    /// <summary>The word at the period, without it.</summary>
    public ReadOnlySpan<char> Last { get; }

    /// <summary>The word before that, or nothing.</summary>
    public ReadOnlySpan<char> Before { get; }

    public bool IsEmpty => Last.IsEmpty;

    /// <summary>Whether the word is a single letter other than the pronoun "I".</summary>
    public bool IsLetter => Last.Length == 1 && char.IsLetter(Last[0]) && (Last[0] is not ('i' or 'I') || _start == 0)
        && !SentenceMarks.IsUnspaced(Last[0]);

    /// <summary>Whether the word is "st" after a number: a street, and not a saint.</summary>
    public bool IsStreet => Last.Equals("st", StringComparison.OrdinalIgnoreCase) && Before.Length > 0 && char.IsDigit(Before[0]);

    /// <summary>Whether the word is "st" after a capitalized word: the end of "Main St.", if a sentence can begin behind it.</summary>
    public bool IsNamedStreet => Last.Equals("st", StringComparison.OrdinalIgnoreCase) && Before.Length > 1 && char.IsUpper(Before[0]);

    /// <summary>Whether the word is the number or letter of a list item, such as "1." at the very beginning.</summary>
    public bool IsListItem
    {
        get
        {
            if (_start > LongestMarker || Last.IsEmpty || _text[.._start].ContainsAnyExcept(BeforeMarker))
            {
                return false;
            }

            return Last.Length == 1 ? char.IsLetterOrDigit(Last[0]) : Last.Length <= 3 && char.IsDigit(Last[0]) && char.IsDigit(Last[1])
                && char.IsDigit(Last[^1]) || IsRoman(Last);
        }
    }

    /// <summary>Whether the sentence so far is only a time, as in "At 5 a.m. Mr. Smith left".</summary>
    public bool IsTimeAtBeginning
    {
        get
        {
            int length = _text.Length - Last.Length;
            if (length > 16 || Last is not ("a.m" or "p.m" or "A.M" or "P.M"))
            {
                return false;
            }

            ReadOnlySpan<char> before = _text[..length].TrimEnd();
            int space = before.IndexOf(' ');
            return space > 0 && before[..space] is "At" or "By" or "Around" or "About" or "After" or "Before" or "Until" or "Since"
                or "From" or "Between"
                && char.IsDigit(before[space + 1]) && before[(space + 1)..].IndexOf(' ') < 0;
        }
    }

    static bool IsRoman(ReadOnlySpan<char> word) => word is "ii" or "iii" or "iv" or "vi" or "vii" or "viii" or "ix";

    int StartOfWord(int end)
    {
        int start = end;
        int least = Math.Max(0, end - LongestWord);
        while (start > least && SentenceMarks.IsWordPart(_text[start - 1]))
        {
            start--;
        }

        return start;
    }
}
