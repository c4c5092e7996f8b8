namespace AgentChain.Blocks.Sentences;

/// <summary>The text after a terminator and its closing marks, as far as it has arrived and matters.</summary>
readonly ref struct FollowingText
{
    readonly ReadOnlySpan<char> _text;
    readonly bool _breaks;

    /// <summary>Skips white space and opening marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The index of the first white space.</param>
    public FollowingText(ReadOnlySpan<char> text, int from)
    {
        int i = from;
        while (i < text.Length && (char.IsWhiteSpace(text[i]) || SentenceMarks.IsBeforeSentence(text[i])))
        {
            if (SentenceMarks.IsLineBreak(text[i]))
            {
                _breaks = true;
                break;
            }

            i++;
        }

        _text = text[i..];
    }

    /// <summary>Whether a new sentence begins here: Ends if so.</summary>
    public BoundaryDecision BeginsSentence(Evidence evidence)
    {
        if (_breaks)
        {
            return BoundaryDecision.Ends;
        }

        if (evidence == Evidence.LineBreak && !_text.IsEmpty)
        {
            return BoundaryDecision.GoesOn;
        }

        if (_text.IsEmpty)
        {
            return BoundaryDecision.NeedsMore;
        }

        char first = _text[0];
        bool decided = evidence switch
        {
            Evidence.Capital or Evidence.Anything => true,
            Evidence.NoLowercase => !char.IsLower(first),
            Evidence.CapitalButI => first != 'I',
            _ => !char.IsLetter(first) || (evidence == Evidence.CapitalizedStarter && !char.IsUpper(first)),
        };
        if (decided)
        {
            bool ends = evidence switch
            {
                Evidence.Capital or Evidence.CapitalButI => char.IsUpper(first),
                Evidence.NoLowercase or Evidence.Anything => true,
                _ => false,
            };
            return ends ? BoundaryDecision.Ends : BoundaryDecision.GoesOn;
        }

        return ByWord(evidence);
    }

    /// <summary>Whether a number or an amount follows: GoesOn if so, Ends if not.</summary>
    public BoundaryDecision BeginsWithNumber() =>
        _breaks ? BoundaryDecision.Ends
        : _text.IsEmpty ? BoundaryDecision.NeedsMore
        : char.IsDigit(_text[0]) || _text[0] is '$' or '€' or '£' or '#' ? BoundaryDecision.GoesOn
        : BoundaryDecision.Ends;

    /// <summary>Whether the name of a month, or else of a day or a time zone, follows: GoesOn if so, Ends if not.</summary>
    public BoundaryDecision BeginsWithCalendar(bool month)
    {
        int length = 0;
        while (length < _text.Length && char.IsLetter(_text[length]))
        {
            length++;
        }

        return _breaks || (length == 0 && !_text.IsEmpty) ? BoundaryDecision.Ends
            : length == _text.Length ? BoundaryDecision.NeedsMore
            : (month ? CalendarWords.IsMonth(_text[..length]) : CalendarWords.IsDayOrZone(_text[..length])) ? BoundaryDecision.GoesOn
            : BoundaryDecision.Ends;
    }

    BoundaryDecision ByWord(Evidence evidence)
    {
        int length = 0;
        while (length < _text.Length && (char.IsLetterOrDigit(_text[length]) || _text[length] is '\'' or '’'))
        {
            // A product's name such as "iPhone" begins a sentence in lowercase.
            if (evidence == Evidence.NoLowercase && char.IsUpper(_text[length]))
            {
                return BoundaryDecision.Ends;
            }

            length++;
        }

        if (length == _text.Length)
        {
            return BoundaryDecision.NeedsMore;
        }

        ReadOnlySpan<char> word = _text[..length];
        bool ends = evidence switch
        {
            Evidence.NoLowercase => false,
            Evidence.CapitalButI => length > 1 && word[1] is not ('\'' or '’'),
            _ => (length > 1 || _text[length] != '.')
                && SentenceStarters.Contains(Straight(word), evidence == Evidence.CapitalizedStarter
                && !(length > 1 && char.IsUpper(word[1]))),
        };
        return ends ? BoundaryDecision.Ends : BoundaryDecision.GoesOn;
    }

    static ReadOnlySpan<char> Straight(ReadOnlySpan<char> word) => word.Contains('’') ? word.ToString().Replace('’', '\'') : word;
}
