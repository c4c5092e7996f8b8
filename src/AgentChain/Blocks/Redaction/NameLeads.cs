namespace AgentChain.Blocks.Redaction;

/// <summary>Recognizes the words that introduce a name.</summary>
static class NameLeads
{
    static readonly WordSet Names = new("name names surname lastname firstname nickname");

    /// <summary>Words before "name" that make it a person's.</summary>
    static readonly WordSet Owners = new("""
        my the his her their your our customer account full first last sur maiden middle given family legal real birth and or
        customer's caller's cardholder cardholder's holder's patient contact wife's husband's mother's father's son's daughter's
        partner's child's caller nick preferred whose
        """);

    static readonly WordSet Fillers = new("um uh er erm ehm well actually just like hmm ah oh so yes yeah");

    static readonly WordSet Speaking = new("speaking talking");

    static readonly WordSet Titles = new("""
        mr mrs ms miss mx dr prof professor doctor sir madam lady lord captain capt reverend rev mister missus lt col sgt gen maj
        hon
        """);

    static readonly WordSet ClearTitles = new("mr mrs ms dr prof mister missus");

    /// <summary>Returns the first token after words that a name certainly follows, or -1.</summary>
    public static int Certain(TokenizedText text, int at)
    {
        if (text.IsIn(at, Names))
        {
            return AfterName(text, at);
        }

        if (text.Is(at, "called") && (text.Is(at - 1, "am") || IsIAm(text, at - 1)))
        {
            return at + 1;
        }

        if (text.Is(at, "go") && text.Is(at - 1, "i") && text.Is(at + 1, "by"))
        {
            return at + 2;
        }

        return text.IsIn(at, Speaking) && IsTo(text, at + 1)
            && (text.Is(at - 1, "are") || text.Is(at - 1, "you're") || text.Is(at - 1, "you’re")) ? at + 2 : -1;
    }

    /// <summary>Returns the first token after words that a name can follow, or -1.</summary>
    public static int Possible(TokenizedText text, int at)
    {
        if (IsIAm(text, at) || text.Is(at, "under"))
        {
            return at + 1;
        }

        bool pair = (text.Is(at, "this") && text.Is(at + 1, "is")) || (text.Is(at, "i") && text.Is(at + 1, "am"))
            || ((text.Is(at, "call") || text.Is(at, "calls")) && text.Is(at + 1, "me"))
            || (text.Is(at, "is") && text.Is(at + 1, "named")) || (text.Is(at, "was") && text.Is(at + 1, "named"))
            || ((text.IsIn(at, Speaking) || text.Is(at, "speak") || text.Is(at, "talk")) && IsTo(text, at + 1));
        return pair && text.Gap(at + 1).IsWhiteSpace() ? at + 2 : -1;
    }

    /// <summary>Returns the first and last token of a name that is spelled, "my name is spelled k o w a l s k i"; or -1.</summary>
    public static int Spelled(TokenizedText text, int at, out int last)
    {
        const int leastLetters = 3, mostLetters = 40, mostBetween = 8;
        last = at;
        if (!(text.Is(at, "spelled") || text.Is(at, "spelt") || (text.Is(at, "is") && text.IsIn(at - 1, Names))))
        {
            return -1;
        }

        while (last < at + mostLetters && text.IsWord(last + 1) && text[last + 1].Length == 1
            && text.Gap(last + 1) is " " or "-" or ", " or ". " or ": " or ".")
        {
            last++;
        }

        for (int before = at - 1; last >= at + leastLetters && before >= 0 && before >= at - mostBetween; before--)
        {
            if (text.IsIn(before, Names))
            {
                return at + 1;
            }
        }

        return -1;
    }

    /// <summary>Whether a name can follow "my name" without a verb.</summary>
    public static bool Bare(TokenizedText text, int at) =>
        text.IsIn(at, Names) && text.IsWord(at + 1) && text.Gap(at + 1) is " "
        && (at == 0 || text.Is(at - 1, "my") || text.Is(at - 1, "first") || text.Is(at - 1, "last") || text.Is(at - 1, "full"));

    /// <summary>Whether "is my name" follows a name.</summary>
    public static bool IsMyName(TokenizedText text, int at) => text.Is(at, "is") && text.Is(at + 1, "my") && text.IsIn(at + 2, Names);

    /// <summary>Returns the first token after "it is" or "it's", or -1.</summary>
    public static int ItIs(TokenizedText text, int at) =>
        text.Is(at, "it's") || text.Is(at, "it’s") ? at + 1 : text.Is(at, "it") && text.Is(at + 1, "is") ? at + 2 : -1;

    /// <summary>Whether a word is only said while thinking, or to begin an answer.</summary>
    public static bool IsFiller(TokenizedText text, int at) => text.IsIn(at, Fillers);

    public static bool IsAnswer(TokenizedText text, int at) =>
        text.IsIn(at, Fillers) || text.Is(at, "okay") || text.Is(at, "ok") || text.Is(at, "hi") || text.Is(at, "hello")
            || text.Is(at, "hey");

    /// <summary>Whether a token is a title before a name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The index of the token.</param>
    /// <param name="clear">Whether to accept only titles that are not words of their own.</param>
    public static bool IsTitle(TokenizedText text, int at, bool clear = false) =>
        text.IsIn(at, clear ? ClearTitles : Titles) && at + 1 < text.Count && text.Gap(at + 1) is " " or ". " or "." or "\u00a0";

    static int AfterName(TokenizedText text, int at)
    {
        if (at > 0 && text.Gap(at).IsWhiteSpace() && text.IsWord(at - 1) && !Owners.Contains(text.Spelled(at - 1)))
        {
            return -1;
        }

        if (text.HasGenitive(at) || (text.Is(at, "names") && text.Is(at - 1, "my"))
            || (at + 1 < text.Count && text.Gap(at + 1) is [':', ..]))
        {
            return at + 1;
        }

        if (text.Is(at - 1, "the") && (text.Is(at - 2, "under") || text.Is(at - 2, "in") || text.Is(at - 2, "by")))
        {
            return at + 1;
        }

        int verb = at + 1;
        if (text.Is(verb, "on") || text.Is(verb, "of"))
        {
            for (verb++; verb < at + 6 && text.IsWord(verb) && !text.Is(verb, "is"); verb++)
            {
            }
        }

        while (IsFiller(text, verb) && verb < at + 8)
        {
            verb++;
        }

        return text.Is(verb, "is") || text.Is(verb, "was") || text.Is(verb, "it's") || text.Is(verb, "it’s") ? verb + 1 : -1;
    }

    static bool IsIAm(TokenizedText text, int at) => text.Is(at, "i'm") || text.Is(at, "i’m") || text.Is(at, "im");

    static bool IsTo(TokenizedText text, int at) => text.Is(at, "to") || text.Is(at, "with");
}
