using System.Buffers;
using System.Diagnostics;

namespace AgentChain.Blocks.Sentences;

/// <summary>Splits one stream into sentences. Keeps the text that is not yet a sentence, and the position of the scan.</summary>
[DebuggerDisplay("{_text.Length} characters wait")]
sealed class SentenceStream(Abbreviations abbreviations, int maxLength) : IRegrouper<string, string>
{
    /// <summary>The number of characters after a terminator that can affect the decision. Text beyond it is ignored.</summary>
    const int Horizon = 64;

    static readonly SearchValues<char> CutBehind = SearchValues.Create(",;:–—");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    string _text = "";

    int _at;
    int _open;

    public void Add(string item, ICollection<string> ready)
    {
        ArgumentNullException.ThrowIfNull(item);
        _text = _text.Length == 0 ? item.TrimStart() : _text + item;
        while (FindEnd() is var end and > 0)
        {
            Emit(end, ready);
        }
    }

    public void Complete(ICollection<string> ready)
    {
        // A line break settles every decision that waits for more text.
        Add("\n", ready);
        Emit(_text.Length, ready);
    }

    void Emit(int end, ICollection<string> ready)
    {
        string sentence = _text[..end].Trim();
        if (sentence.Length > 0)
        {
            ready.Add(sentence);
        }

        _text = _text[end..].TrimStart();
        (_at, _open) = (0, 0);
    }

    /// <summary>Returns the index where the first sentence ends, or 0 if it is not known yet.</summary>
    int FindEnd()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            int next = _at + 1;
            if (c is '\n' or '\r')
            {
                return next;
            }

            if (SentenceBoundary.IsTerminator(c))
            {
                bool seesAll = _text.Length < _at + Horizon;
                switch (SentenceBoundary.Decide(seesAll ? _text : _text[..(_at + Horizon)], _at, _open, abbreviations, out next))
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
            else if (c is '(' or '[' && (_at == 0 || _text[_at - 1] is not (':' or ';')))
            {
                _open++;
            }
            else if (c is ')' or ']' && _open > 0)
            {
                _open--;
            }

            if (next > maxLength)
            {
                return CutLong();
            }

            _at = next;
        }

        return 0;
    }

    /// <summary>
    /// Returns the index at which to cut a sentence that is too long: after the last comma or similar mark, else at the last space, else
    /// within a word.
    /// </summary>
    int CutLong()
    {
        ReadOnlySpan<char> window = _text.AsSpan(0, maxLength);
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
