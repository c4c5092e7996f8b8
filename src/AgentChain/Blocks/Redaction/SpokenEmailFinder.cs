namespace AgentChain.Blocks.Redaction;

/// <summary>Finds e-mail addresses as they are said: "john dot doe at example dot com".</summary>
static class SpokenEmailFinder
{
    const int MostTokens = 14;

    const int MostCompanyWords = 2;

    static readonly WordSet Dots = new("dot point period");

    static readonly WordSet Joints = new("dot point period underscore dash hyphen minus plus");

    static readonly WordSet Dashes = new("dash hyphen minus underscore");

    static readonly WordSet Providers = new(
        "gmail googlemail yahoo hotmail outlook icloud aol protonmail proton gmx msn yandex fastmail zoho comcast verizon");

    static readonly WordSet TopDomains = new("""
        com org net edu gov mil int info biz name io ai app dev co me tv cc xyz online site tech store shop cloud email mail pro
        agency academy ac ad ae af ag al am ao ar as at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg
        ch ci ck cl cm cn cr cu cv cw cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm
        gn gp gq gr gt gu gw gy hk hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li
        lk lr ls lt lu lv ly ma mc md mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om
        pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy
        sz tc td tf tg th tj tk tl tm tn to tr tt tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
        """);

    static readonly WordSet Verbs = new("""
        met went saw took stayed sat stood ate drank spent left kept held ran came began bought sold got gets starts happens
        """);

    static readonly WordSet NumberWords = new("zero oh one two three four five six seven eight nine ten");

    static readonly WordSet Labels = new("email emails mail e-mail address gmail hotmail yahoo outlook icloud");

    /// <summary>Words after which an address begins.</summary>
    static readonly WordSet Stops = new("""
        is it's its was be at to me us him her them email emails mail address using use with or and that's as via from under
        """);

    public static void Find(TokenizedText text, Findings found)
    {
        for (int at = 1; at < text.Count; at++)
        {
            int domain = text.Is(at + 1, "sign") ? at + 2 : at + 1;
            if (text.Is(at, "at") && IsNear(text.Gap(at)) && text[at - 1].Kind != TokenKind.Placeholder
                && Start(text, at - 1, text.IsIn(domain, Providers), out bool labelled) is >= 0 and int start
                && End(text, domain, labelled ? MostCompanyWords : 0) is > 0 and int end)
            {
                found.Add(PersonalDataKind.Email, text[start].Start, text[end].End);
            }
        }
    }

    /// <summary>Returns the last token of the domain that begins at a token, or -1.</summary>
    static int End(TokenizedText text, int from, int words)
    {
        int end = text.IsIn(from, Providers) ? text.Is(from + 1, "com") && IsNear(text.Gap(from + 1)) ? from + 1 : from : -1;
        bool separated = false;
        words += from < text.Count && text[from].Length == 1 ? 1 : 0;
        for (int at = from; at < text.Count && at < from + MostTokens; at++)
        {
            ReadOnlySpan<char> gap = text.Gap(at);
            if (text[at].Kind == TokenKind.Placeholder || !(IsNear(gap) || (at > from && gap is "" or "." or "-" or ". ")))
            {
                break;
            }

            if (at > from && !separated && gap is not ("" or "." or "-"))
            {
                separated = text.IsIn(at, Dots) || text.IsIn(at, Dashes);
                if (separated)
                {
                    continue;
                }

                // "at my company dot com": after "my email is", a name of several words is part of the address.
                if (end > 0 || --words < 0)
                {
                    break;
                }
            }

            bool dotted = gap is "." || (separated && text.IsIn(at - 1, Dots));
            end = dotted && text.IsIn(at, TopDomains) ? at : end;
            separated = false;
        }

        return end;
    }

    /// <summary>Returns the first token of the part before "at", or -1.</summary>
    static int Start(TokenizedText text, int last, bool provider, out bool labelled)
    {
        int least = Math.Max(0, last - MostTokens);
        int after = LabelledStart(text, last, least);
        labelled = after >= 0;
        if (labelled)
        {
            return after;
        }

        int start = last;
        bool joined = false;
        while (start > least)
        {
            ReadOnlySpan<char> gap = text.Gap(start);
            if (gap is "." or "_" or "-" or "" or "+" && text[start - 1].Kind != TokenKind.Placeholder)
            {
                start--;
                joined = true;
            }
            else if (IsNear(gap) && start - 2 >= least && text.IsIn(start - 1, Joints) && IsNear(text.Gap(start - 1))
                && text[start - 2].Kind != TokenKind.Placeholder)
            {
                start -= 2;
                joined = true;
            }
            else if (IsNear(gap) && IsLetter(text, start) && IsLetter(text, start - 1))
            {
                start--;
                joined = true;
            }
            else if (IsNear(gap) && text.IsIn(start, NumberWords) && (text.IsIn(start - 1, NumberWords) || IsUncommon(text, start - 1)))
            {
                start--;
                joined = !text.IsIn(start, NumberWords);
            }
            else if (IsNear(gap) && IsUncommon(text, start - 1) && last - start < 3)
            {
                start--;
            }
            else
            {
                break;
            }
        }

        bool plausible = joined || (text[last].IsNumber && start < last)
            || (provider ? text.IsWord(last) && !CommonWords.IsFunction(text.Stem(last)) : IsUncommon(text, last));
        return plausible && !text.IsIn(last, Joints) ? start : -1;
    }

    /// <summary>Returns the start of an address after "my email is", or -1.</summary>
    static int LabelledStart(TokenizedText text, int last, int least)
    {
        int stop = last;
        while (stop >= least && !text.IsIn(stop, Stops) && text[stop].Kind != TokenKind.Placeholder && !IsColon(text, stop + 1))
        {
            stop--;
        }

        if (stop == last || stop < least - 1)
        {
            return -1;
        }

        for (int at = stop; at >= least; at--)
        {
            if (text.IsIn(at, Labels))
            {
                return stop + 1;
            }
        }

        return -1;
    }

    static bool IsColon(TokenizedText text, int at) => text.Gap(at).ContainsAny(":;!?");

    static bool IsLetter(TokenizedText text, int at) => text.IsWord(at) && text[at].Length == 1;

    static bool IsUncommon(TokenizedText text, int at) =>
        text[at].IsNumber ? text[at].Count <= 6 && text.IsWord(at - 1) && !CommonWords.IsCommon(text.Stem(at - 1)) : text.IsWord(at)
            && !CommonWords.IsCommon(text.Stem(at)) && !CommonWords.LooksEnglish(text.Stem(at)) && !Verbs.Contains(text.Stem(at));

    /// <summary>Whether nothing but a space, a comma, or the brackets of "(at)" stands between two words.</summary>
    static bool IsNear(ReadOnlySpan<char> gap) =>
        gap is " " or "  " or ", " or "\n" or "\u00a0" or "," or "(" or " (" or ")" or ") " or "[" or " [" or "]" or "] " or "{" or " {"
            or "}" or "} ";
}
