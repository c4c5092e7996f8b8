namespace AgentChain.Blocks.Redaction;

/// <summary>Determines whether a name stands at a position, and where it ends.</summary>
/// <param name="given">The host's given names.</param>
sealed class NameParser(WordSet given)
{
    const int MostNames = 4;

    const int MostLowercaseNames = 2;

    const int MostTokens = 8;

    static readonly WordSet Months = new("april may june august");

    public bool IsGiven(ReadOnlySpan<char> word) =>
        given.Contains(word) || (GivenNames.Contains(word) && !CommonWords.IsCommon(word) && !CommonWords.BeginsOnly(word));

    /// <summary>Returns the last token of the name that begins at a token, or -1.</summary>
    public int End(TokenizedText text, int first, bool cased, NameEvidence evidence)
    {
        if (!text.IsWord(first))
        {
            return -1;
        }

        ReadOnlySpan<char> word = text.Stem(first);
        if (evidence == NameEvidence.Possible && Months.Contains(word) && (text.HasGenitive(first) || text.IsNumber(first + 1)))
        {
            return -1;
        }

        bool capitals = cased && char.IsUpper(word[0]);
        bool initial = word.Length == 1;
        bool isGiven = IsGiven(word);
        if (!initial && !isGiven && !CanBegin(word, capitals, evidence))
        {
            return -1;
        }

        int last = first;
        int names = initial ? 0 : 1;
        int next = first + 1;
        for (; next < text.Count && next < first + MostTokens && text[next].IsWord && !text.HasGenitive(last)
            && IsJoined(text, next); next++)
        {
            if (CommonWords.IsParticle(text.Spelled(next)) && names > 0)
            {
                continue;
            }

            if (!Continues(text, next, names, capitals, isGiven, evidence))
            {
                break;
            }

            names += text[next].Length == 1 ? 0 : 1;
            last = next;
        }

        bool enough = capitals || isGiven || evidence == NameEvidence.Certain || evidence == NameEvidence.Title ? names >= 1
            : names >= MostLowercaseNames;
        return enough ? last : -1;
    }

    static bool CanBegin(ReadOnlySpan<char> word, bool capitals, NameEvidence evidence) => evidence switch
    {
        NameEvidence.Certain => !CommonWords.IsFunction(word),
        NameEvidence.Title => CommonWords.CanBeSurname(word)
            && !(!capitals && (CommonWords.LooksEnglish(word) || CommonWords.IsCommon(word))),
        _ => !CommonWords.IsCommon(word) && (capitals || !CommonWords.LooksEnglish(word)),
    };

    bool Continues(TokenizedText text, int at, int names, bool capitals, bool isGiven, NameEvidence evidence)
    {
        ReadOnlySpan<char> word = text.Stem(at);
        bool certain = evidence == NameEvidence.Certain;
        if (word.Length == 1)
        {
            // "maria j lopez", "J. R. Smith", but not "maria i have".
            return (capitals ? char.IsUpper(word[0]) && (word[0] != 'I' || IsDotted(text, at)) : word[0] is not ('i' or 'a'))
                && names < MostNames && text.IsWord(at + 1) && IsJoined(text, at + 1);
        }

        if (capitals && char.IsUpper(word[0]))
        {
            return names < MostNames && !CommonWords.IsFunction(word) && (certain || !OtherNames.Contains(word));
        }

        // "mary jane watson": a second given name leaves room for a surname.
        int most = names == MostLowercaseNames && IsGiven(text.Spelled(at - 1)) ? MostLowercaseNames + 1 : MostLowercaseNames;
        if (names >= most || CommonWords.IsFunction(word) || (capitals && !certain && !isGiven))
        {
            return false;
        }

        if (certain && text[at - 1].Length == 1)
        {
            return true; // "john q public": an initial promises a surname.
        }

        return CommonWords.CanBeSurname(word) && !(CommonWords.LooksEnglish(word) && !certain)
            && (certain || isGiven || !CommonWords.IsCommon(word));
    }

    static bool IsDotted(TokenizedText text, int at) => text.Gap(at + 1) is ['.', ..];

    /// <summary>Whether a word continues the name before it: after a space, a hyphen, or the period of an initial.</summary>
    static bool IsJoined(TokenizedText text, int at) => text.Gap(at) switch
    {
        " " or "  " or "-" or "‐" or "‑" or "\u00a0" => true,
        "." or ". " => text[at - 1].Length == 1,
        _ => false,
    };
}
