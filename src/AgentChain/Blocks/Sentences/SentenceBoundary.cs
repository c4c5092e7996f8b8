namespace AgentChain.Blocks.Sentences;

/// <summary>Decides whether a sentence ends at a terminator.</summary>
/// <param name="text">The text from the beginning of the sentence, up to a fixed distance behind the terminator.</param>
/// <param name="at">The index of the terminator.</param>
/// <param name="capitals">Whether the sentence begins with a capital letter, so that the next one is expected to, too.</param>
/// <param name="abbreviations">The abbreviations.</param>
readonly ref struct SentenceBoundary(ReadOnlySpan<char> text, int at, bool capitals, Abbreviations abbreviations)
{
    /// <summary>The longest tag that is skipped behind a terminator, such as <c>&lt;/spell&gt;</c>.</summary>
    const int LongestTag = 24;

    /// <summary>The number of UTF-16 code units of emoji after a sentence that still belong to it.</summary>
    const int MostPictures = 8;

    readonly ReadOnlySpan<char> _text = text;

    /// <summary>Decides whether the sentence ends.</summary>
    /// <param name="open">The number of open brackets at the terminator.</param>
    /// <param name="next">The index where the sentence ends, or where to continue the search.</param>
    public BoundaryDecision Decide(int open, out int next)
    {
        int run = EndOfRun(out bool spaced);
        next = run;
        if ((run == _text.Length && spaced) || CanBecomeSpaced(run, spaced))
        {
            return BoundaryDecision.NeedsMore;
        }

        int end = EndOfClosing(run, ref open);
        if (end == _text.Length)
        {
            next = end;
            return BoundaryDecision.NeedsMore;
        }

        if (open > 0)
        {
            // The caller visits the closing brackets after the terminator again, in order to count them.
            return BoundaryDecision.GoesOn;
        }

        if (EndsWithoutSpace(run, end))
        {
            next = end;
            return BoundaryDecision.Ends;
        }

        if (!char.IsWhiteSpace(_text[end]))
        {
            return BoundaryDecision.GoesOn;
        }

        var following = new FollowingText(_text, end);
        BoundaryDecision decision = Weigh(run, spaced, following);
        next = decision == BoundaryDecision.GoesOn ? run : end;
        return decision;
    }

    /// <summary>Returns the end of the run of terminators. The dots of ". . ." are one run.</summary>
    int EndOfRun(out bool spaced)
    {
        spaced = false;
        int run = at;
        while (run < _text.Length)
        {
            if (SentenceMarks.IsTerminator(_text[run]))
            {
                run++;
            }
            else if (_text[run - 1] == '.' && IsSpace(_text[run]) && run + 1 < _text.Length && _text[run + 1] == '.'
                && (capitals || IsAfterSpace() || spaced))
            {
                if (run + 2 < _text.Length && char.IsLetterOrDigit(_text[run + 2]))
                {
                    break;
                }

                spaced = true;
                run += 2;
            }
            else
            {
                break;
            }
        }

        return run;
    }

    /// <summary>Whether the next character can still make the run one of ". . .".</summary>
    bool CanBecomeSpaced(int run, bool spaced) =>
        run + 1 == _text.Length && IsSpace(_text[run]) && _text[run - 1] == '.' && (capitals || IsAfterSpace() || spaced);

    bool IsAfterSpace() => at == 0 || char.IsWhiteSpace(_text[at - 1]);

    static bool IsSpace(char c) => char.IsWhiteSpace(c) && !SentenceMarks.IsLineBreak(c);

    /// <summary>Returns the end of the closing quotes, brackets and tags behind the terminators.</summary>
    int EndOfClosing(int run, ref int open)
    {
        int end = run;
        while (end < _text.Length)
        {
            char c = _text[end];
            if (SentenceMarks.IsClosing(c))
            {
                open -= SentenceMarks.IsClosingBracket(c) && open > 0 ? 1 : 0;
                end++;
            }
            else if (capitals && IsSpace(c) && !SentenceMarks.IsHard(_text[run - 1]) && end + 1 < _text.Length && _text[end + 1] == '»')
            {
                end += 2;
            }
            else if (c == '[' && end > at && IsNoteMark(end, out int mark))
            {
                end = mark;
            }
            else if (capitals && IsSpace(c) && !SentenceMarks.IsHard(_text[run - 1])
                && EndOfPictures(end + 1) is var pictures && pictures > end + 1)
            {
                end = pictures;
            }
            else if (c == '<' && (end + 1 == _text.Length || _text[end + 1] == '/'))
            {
                int length = _text[end..Math.Min(_text.Length, end + LongestTag)].IndexOf('>') + 1;
                if (length == 0)
                {
                    return _text.Length < end + LongestTag ? _text.Length : end;
                }

                end += length;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Whether the mark of a footnote, "[1]", stands at an index, as far as the text shows; and its end.</summary>
    bool IsNoteMark(int from, out int end)
    {
        const int mostDigits = 3;
        end = from + 1;
        while (end < _text.Length && end <= from + mostDigits && char.IsAsciiDigit(_text[end]))
        {
            end++;
        }

        bool closes = end < _text.Length && end > from + 1 && _text[end] == ']';
        end += closes ? 1 : 0;
        return closes || end == _text.Length;
    }

    /// <summary>Returns the end of the emoji at an index: some belong to the sentence before them, a wall of them does not.</summary>
    int EndOfPictures(int from)
    {
        int end = from;
        while (end < _text.Length && end - from < MostPictures && SentenceMarks.IsPicture(_text, end, out int length))
        {
            end += length;
        }

        return end;
    }

    bool EndsWithoutSpace(int run, int end)
    {
        char last = _text[run - 1];
        char following = _text[end];
        if (SentenceMarks.IsHard(last))
        {
            return !(last == '．' && (char.IsDigit(following) || new PrecedingText(_text, at).IsListItem))
                && !(end > run && SentenceMarks.IsQuoteBracket(_text[end - 1]) && SentenceMarks.ContinuesQuote(following));
        }

        return SentenceMarks.IsUnspaced(following)
            && (last is '!' or '?' || (last == '.' && at > 0 && SentenceMarks.IsUnspaced(_text[at - 1])));
    }

    /// <summary>Weighs what stands before and after a terminator that white space follows.</summary>
    BoundaryDecision Weigh(int run, bool spaced, FollowingText following)
    {
        if (_text[at] == '…' || spaced || (run - at is 2 or 3 && !_text[at..run].ContainsAny('!', '?')))
        {
            return following.BeginsSentence(Evidence.CapitalButI);
        }

        var word = new PrecedingText(_text, at);
        if (run > at + 1 || _text[at] != '.' || word.IsEmpty)
        {
            return Plain(following);
        }

        if (word.IsNamedStreet && !word.IsListItem)
        {
            return following.BeginsSentence(capitals ? Evidence.CapitalizedStarter : Evidence.Starter);
        }

        if (word.IsListItem || (abbreviations.NeverEnds(word.Last) && !word.IsStreet) || Abbreviations.IsTitle(word.Last, word.Before))
        {
            return BoundaryDecision.GoesOn;
        }

        bool day = Abbreviations.IsDay(word.Last, word.Before) || Abbreviations.IsDayOfWeek(word.Last);
        if ((day || Abbreviations.IsTime(word.Last)) && following.BeginsWithCalendar(day) is var calendar and not BoundaryDecision.Ends)
        {
            return calendar;
        }

        if (Abbreviations.NumberMayFollow(word.Last) && following.BeginsWithNumber() is var number and not BoundaryDecision.Ends)
        {
            return number;
        }

        if (Abbreviations.MayEnd(word.Last) || word.IsStreet || Abbreviations.IsEra(word.Last, word.Before))
        {
            return word.IsTimeAtBeginning ? following.BeginsSentence(Evidence.LineBreak) : following.BeginsSentence(Evidence.Capital);
        }

        bool initial = word.IsLetter && !Abbreviations.LetterMayFollow(word.Before);
        return initial || Abbreviations.IsDotted(word.Last)
            ? following.BeginsSentence(capitals ? Evidence.CapitalizedStarter : Evidence.Starter) : Plain(following);
    }

    BoundaryDecision Plain(FollowingText following) =>
        capitals ? following.BeginsSentence(Evidence.NoLowercase)
        : IsAfterSpace() ? following.BeginsSentence(Evidence.Anything) // It can be the first dot of ". . .".
        : BoundaryDecision.Ends;
}
