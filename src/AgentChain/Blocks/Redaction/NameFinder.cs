using System.Buffers;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Finds names: listed names, and names that are introduced. After "my name is", a name always follows. After "this is" or "i am", it
/// counts as a name only if it is capitalized and no ordinary word, is a given name, or consists of two consecutive words that are no
/// ordinary words.
/// </summary>
sealed class NameFinder
{
    const int MostFillers = 3;

    static readonly SearchValues<char> ClauseEnds = SearchValues.Create(".!?,;:\n");

    static readonly SearchValues<char> Pauses = SearchValues.Create(" ,:-–—\"'“‘*.…\n\u00a0");

    static readonly SearchValues<char> ShortPauses = SearchValues.Create(" ,\"“'‘*\u00a0\n");

    readonly KnownSequences _names = new();
    readonly NameParser _parser;

    public NameFinder(IEnumerable<string> names, IEnumerable<string> given)
    {
        foreach (string name in names)
        {
            _names.Add(PersonalDataKind.Name, name);
        }

        _parser = new NameParser(new WordSet(given));
    }

    public void FindListed(TokenizedText text, Findings found) => _names.Find(text, found);

    public void FindIntroduced(TokenizedText text, Findings found)
    {
        bool cased = text.Text.AsSpan().ContainsAnyInRange('a', 'z') && text.Text.Any(char.IsUpper);
        for (int at = 0; at < text.Count; at++)
        {
            if (!text[at].IsWord)
            {
                continue;
            }

            if (NameLeads.Spelled(text, at, out int end) is > 0 and int spelled)
            {
                Add(text, spelled, end, found);
            }
            else if (NameLeads.Certain(text, at) is > 0 and int certain)
            {
                Take(text, certain, cased, NameEvidence.Certain, found);
            }
            else if (NameLeads.Possible(text, at) is > 0 and int possible)
            {
                Take(text, possible, cased, NameEvidence.Possible, found);
            }
            else if (NameLeads.Bare(text, at))
            {
                Take(text, at + 1, cased, NameEvidence.Title, found);
            }
            else if (NameLeads.ItIs(text, at) is > 0 and int itIs)
            {
                TakeWhole(text, at, itIs, cased, found);
            }
            else if (text.Is(at, "speaking") || text.Is(at, "here") || NameLeads.IsMyName(text, at))
            {
                TakeBackwards(text, at, cased, found);
            }
            else if (NameLeads.IsTitle(text, at, clear: true)
                || (cased && NameLeads.IsTitle(text, at) && char.IsUpper(text.Spelled(at)[0])))
            {
                Add(text, at + 1, _parser.End(text, at + 1, cased, NameEvidence.Title), found);
            }
        }
    }

    /// <summary>Adds the name after an introduction, behind words of hesitation and titles.</summary>
    void Take(TokenizedText text, int from, bool cased, NameEvidence evidence, Findings found)
    {
        int first = from;
        while (first < text.Count && first < from + MostFillers && NameLeads.IsFiller(text, first) && IsQuiet(text.Gap(first), evidence))
        {
            first++;
        }

        bool paused = first > from;
        while (NameLeads.IsTitle(text, first) && first < from + 2 * MostFillers)
        {
            first++;
            evidence = evidence == NameEvidence.Certain ? evidence : NameEvidence.Title;
            paused = true;
        }

        if (first < text.Count && (paused ? IsQuiet(text.Gap(first), NameEvidence.Certain) : IsQuiet(text.Gap(first), evidence)))
        {
            int last = _parser.End(text, first, cased, evidence);
            Add(text, first, last, found);
            if (evidence == NameEvidence.Certain && last == first && WholeName(text, last) is > 0 and int whole)
            {
                Add(text, last + 1, whole, found);
            }
        }
    }

    /// <summary>Returns the last token of a full name that repeats the surname before it, "Bond, James Bond"; or -1.</summary>
    static int WholeName(TokenizedText text, int surname)
    {
        const int most = 3;
        for (int at = surname + 1; at <= surname + most && text.IsWord(at); at++)
        {
            if (!(at == surname + 1 ? text.Gap(at) is ", " or ". " or " " : text.Gap(at) is " " or ". "))
            {
                return -1;
            }

            if (text.Stem(at).Equals(text.Stem(surname), StringComparison.OrdinalIgnoreCase))
            {
                return at > surname + 1 ? at : -1;
            }
        }

        return -1;
    }

    /// <summary>Adds the name in a text that is only "well it is maria lopez".</summary>
    void TakeWhole(TokenizedText text, int at, int from, bool cased, Findings found)
    {
        for (int i = 0; i < at; i++)
        {
            if (i > MostFillers || !NameLeads.IsAnswer(text, i))
            {
                return;
            }
        }

        int last = _parser.End(text, from, cased, NameEvidence.Possible);
        if (last == text.Count - 1 && last >= from && (last > from || _parser.IsGiven(text.Stem(from)))
            && text.Gap(text.Count).Trim(" .!").IsEmpty)
        {
            Add(text, from, last, found);
        }
    }

    /// <summary>Adds the name before "speaking" or "here".</summary>
    void TakeBackwards(TokenizedText text, int at, bool cased, Findings found)
    {
        bool here = text.Is(at, "here");
        if (at == 0 || !text.Gap(at).IsWhiteSpace() || (!here && (text.Is(at + 1, "to") || text.Is(at + 1, "with"))))
        {
            return;
        }

        for (int from = Math.Max(0, at - 3); from < at; from++)
        {
            int last = _parser.End(text, from, cased, NameEvidence.Possible);
            if (last == at - 1 && (last > from || _parser.IsGiven(text.Stem(from))) && !text.HasGenitive(last)
                && (!here || Begins(text, from)))
            {
                Add(text, from, last, found);
                return;
            }
        }
    }

    /// <summary>Whether somebody can begin to introduce themselves at a token.</summary>
    static bool Begins(TokenizedText text, int at) =>
        at == 0 || text.Gap(at).ContainsAny(ClauseEnds) || NameLeads.IsAnswer(text, at - 1) || text.Is(at - 1, "is")
            || text.Is(at - 1, "it's") || text.Is(at - 1, "it’s")
        || text.Is(at - 1, "morning") || text.Is(at - 1, "afternoon") || text.Is(at - 1, "evening");

    static void Add(TokenizedText text, int first, int last, Findings found)
    {
        if (last >= first)
        {
            found.Add(PersonalDataKind.Name, text[first].Start, text[last].Start + text.Stem(last).Length);
        }
    }

    /// <summary>Whether only white space, and after a certain introduction a pause, stands between it and the name.</summary>
    static bool IsQuiet(ReadOnlySpan<char> gap, NameEvidence evidence) =>
        gap.Length <= 6 && (evidence == NameEvidence.Certain ? !gap.ContainsAnyExcept(Pauses) : !gap.ContainsAnyExcept(ShortPauses));
}
