namespace AgentChain.Blocks.Redaction;

/// <summary>Finds the numbers that identify a person. The most reliable ways to find them come first.</summary>
static class NumberFinder
{
    const int ShortestLong = 7;

    const int ShortestSaid = 9;

    public static void Find(TokenizedText text, Findings found)
    {
        IbanFinder.Find(text, found);
        CardFinder.FindValid(text, found);
        LabelledNumberFinder.Find(text, found);
        FindSocialSecurityNumbers(text, found);
        PhoneFinder.Find(text, found);
        CardFinder.FindInvalid(text, found);
        FindLongNumbers(text, found);
    }

    static void FindSocialSecurityNumbers(TokenizedText text, Findings found)
    {
        for (int at = 0; at + 2 < text.Count; at++)
        {
            if (text[at].IsNumber && text[at].Count == 3 && !NumberLinks.ContinuesNumber(text, at))
            {
                var groups = new NumberGroups(text, at, NumberLink.Tight, mostDigits: 9);
                if (groups.Lengths is [3, 2, 4] && !NumberLinks.IsContinued(text, at + 2) && !Quantities.IsQuantity(text, at, at + 2)
                    && text.Gap(at + 1).SequenceEqual(text.Gap(at + 2)))
                {
                    found.Add(PersonalDataKind.Ssn, text[at].Start, text[at + 2].End);
                }
            }
        }
    }

    /// <summary>Finds seven or more digits that nothing else explains: such a number probably identifies a person.</summary>
    static void FindLongNumbers(TokenizedText text, Findings found)
    {
        for (int at = 0; at < text.Count; at++)
        {
            if (text[at].IsNumber && text[at].Count >= (text[at].Said is null ? ShortestLong : ShortestSaid)
                && !IsDecimal(text, at) && !Quantities.IsQuantity(text, at, at)
                && !(text[at].Count <= 12 && Quantities.IsRound(text, at)))
            {
                found.Add(PersonalDataKind.Account, text[at].Start, text[at].End);
            }
        }
    }

    static bool IsDecimal(TokenizedText text, int at) => (text.IsNumber(at - 1) && text.Gap(at) is "." or ",")
        || (text.IsNumber(at + 1) && text.Gap(at + 1) is "." or ",");
}
