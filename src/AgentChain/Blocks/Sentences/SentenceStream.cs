using System.Buffers;
using System.Diagnostics;

namespace AgentChain.Blocks.Sentences;

/// <summary>
/// Splits one stream into sentences. Keeps the text that is not yet a sentence, and the position of the scan. Each character is
/// copied and scanned a bounded number of times, however long a piece or a sentence is.
/// </summary>
[DebuggerDisplay("{_end - _start} characters wait")]
sealed class SentenceStream(Abbreviations abbreviations, int maxLength) : IRegrouper<string, string>
{
    /// <summary>The number of characters after a terminator that can affect the decision. Text beyond it is ignored.</summary>
    const int Horizon = 64;

    /// <summary>A longer piece is taken in parts, so that the buffer stays small.</summary>
    const int PartLength = 1024;

    static readonly SearchValues<char> CutBehind = SearchValues.Create(",;:–—，、；：،");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    char[] _buffer = [];

    int _start;
    int _end;
    int _at;
    int _open;
    bool? _capitals;

    ReadOnlySpan<char> Text => _buffer.AsSpan(_start, _end - _start);

    public void Add(string item, ICollection<string> ready)
    {
        ArgumentNullException.ThrowIfNull(item);
        for (ReadOnlySpan<char> rest = item; rest.Length > 0;)
        {
            int length = Math.Min(rest.Length, PartLength);
            Append(rest[..length]);
            rest = rest[length..];
            while (FindEnd() is var end and > 0)
            {
                Emit(end, ready);
            }
        }
    }

    public void Complete(ICollection<string> ready)
    {
        // A line break settles every decision that waits for more text.
        Add("\n", ready);
        Emit(Text.Length, ready);
    }

    void Append(ReadOnlySpan<char> part)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            part = part.TrimStart();
        }

        if (part.Length > _buffer.Length - _end)
        {
            int kept = _end - _start;
            char[] target = kept + part.Length <= _buffer.Length / 2 ? _buffer : new char[Math.Max(256, 2 * (kept + part.Length))];
            _buffer.AsSpan(_start, kept).CopyTo(target);
            (_buffer, _start, _end) = (target, 0, kept);
        }

        part.CopyTo(_buffer.AsSpan(_end));
        _end += part.Length;
    }

    void Emit(int end, ICollection<string> ready)
    {
        ReadOnlySpan<char> sentence = Text[..end].Trim();
        if (sentence.Length > 0)
        {
            ready.Add(sentence.ToString());
        }

        _start += end;
        _start += Text.Length - Text.TrimStart().Length;
        (_at, _open, _capitals) = (0, 0, null);
    }

    /// <summary>Returns the index where the first sentence ends, or 0 if it is not known yet.</summary>
    int FindEnd()
    {
        ReadOnlySpan<char> text = Text;
        while (_at < text.Length)
        {
            char c = text[_at];
            int next = _at + 1;
            if (SentenceMarks.IsLineBreak(c))
            {
                return next;
            }

            if (SentenceMarks.IsTerminator(c))
            {
                bool seesAll = text.Length < _at + Horizon;
                var boundary = new SentenceBoundary(seesAll ? text : text[..(_at + Horizon)], _at, _capitals ?? false, abbreviations);
                switch (boundary.Decide(_open, out next))
                {
                    case BoundaryDecision.NeedsMore when seesAll:
                        return 0;
                    case BoundaryDecision.NeedsMore:
                    case BoundaryDecision.Ends:
                        return next;
                    default:
                        break;
                }
            }
            else if (SentenceMarks.IsOpeningBracket(c))
            {
                _open += IsMouth(text, _at) ? 0 : 1;
            }
            else if (SentenceMarks.IsClosingBracket(c))
            {
                _open -= _open > 0 ? 1 : 0;
            }
            else if (_capitals is null && char.IsLetter(c))
            {
                _capitals = char.IsUpper(c);
            }

            if (next > maxLength)
            {
                return CutLong();
            }

            _at = next;
        }

        return 0;
    }

    /// <summary>Whether a bracket is the mouth of a face such as <c>:(</c> or <c>;-(</c>.</summary>
    static bool IsMouth(ReadOnlySpan<char> text, int at) =>
        at > 0 && (text[at - 1] is ':' or ';' or '=' || (at > 1 && text[at - 1] == '-' && text[at - 2] is ':' or ';' or '='));

    /// <summary>
    /// Returns the index at which to cut a sentence that is too long: after the last comma or similar mark, else at the last space, else
    /// within a word.
    /// </summary>
    int CutLong()
    {
        ReadOnlySpan<char> window = Text[..maxLength];
        for (int end = window.Length - 1; end > maxLength / 3; end--)
        {
            if (char.IsWhiteSpace(window[end]) && CutBehind.Contains(window[end - 1]))
            {
                return end;
            }
        }

        for (int end = window.Length - 1; end > 0; end--)
        {
            if (char.IsWhiteSpace(window[end]))
            {
                return end;
            }
        }

        return char.IsHighSurrogate(window[^1]) ? maxLength - 1 : maxLength;
    }
}
