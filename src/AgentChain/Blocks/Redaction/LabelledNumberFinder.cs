namespace AgentChain.Blocks.Redaction;

/// <summary>Finds numbers that a label before them explains, even if their form alone would not.</summary>
static class LabelledNumberFinder
{
    public static void Find(TokenizedText text, Findings found)
    {
        for (int at = 0; at < text.Count; at++)
        {
            if (NumberLabels.IsDescribedCard(text, at))
            {
                Short(text, at - 1, 4, 4, PersonalDataKind.Card, found);
            }

            NumberLabel label = NumberLabels.At(text, at, out int after);
            if (label != NumberLabel.None
                && NumberLabels.Value(text, after, label == NumberLabel.Account, out bool ending) is >= 0 and int value)
            {
                ending |= label == NumberLabel.LastDigits;
                _ = label switch
                {
                    NumberLabel.Card => Card(text, value, found),
                    NumberLabel.LastDigits => Short(text, value, 4, 4, PersonalDataKind.Card, found),
                    NumberLabel.FirstDigits => Short(text, value, 4, 12, PersonalDataKind.Card, found),
                    NumberLabel.SecurityCode => Short(text, value, 3, 4, PersonalDataKind.Card, found),
                    NumberLabel.Ssn => Short(text, value, 9, 9, PersonalDataKind.Ssn, found, NumberLink.Filler)
                        || Short(text, value, 4, 4, PersonalDataKind.Ssn, found),
                    NumberLabel.Phone => Phone(text, value, found),
                    _ => Account(text, at, value, ending, found),
                };
            }
        }
    }

    static bool Card(TokenizedText text, int value, Findings found)
    {
        var groups = new NumberGroups(text, value, NumberLink.Filler, mostDigits: 19);
        while (groups.Count > 0 && groups.Digits >= 12)
        {
            if (groups.Digits >= 15 || groups.Count == 1 || !Quantities.IsDate(text, ref groups))
            {
                return found.Add(PersonalDataKind.Card, text[value].Start, text[groups.Token(groups.Count - 1)].End);
            }

            groups.DropLast();
        }

        return Short(text, value, 4, 4, PersonalDataKind.Card, found);
    }

    /// <summary>Adds the first groups that have a number of digits in all, such as the last four digits of a card.</summary>
    static bool Short(
        TokenizedText text, int value, int least, int most, PersonalDataKind kind, Findings found, NumberLink weakest = NumberLink.Loose)
    {
        bool isLoose = text[value].Count == 1 || weakest == NumberLink.Filler;
        var groups = new NumberGroups(text, value, isLoose ? weakest : NumberLink.Tight, most);
        if (groups.Count == 0 || groups.Digits < least)
        {
            return false;
        }

        int last = groups.Token(groups.Count - 1);
        return !(text.IsNumber(last + 1) && text.Gap(last + 1) is "." or "," or "-" or "/" or ":") && !(text.Gap(last + 1) is ['%', ..])
            && found.Add(kind, text[value].Start, text[last].End);
    }

    static bool Phone(TokenizedText text, int value, Findings found)
    {
        var groups = new NumberGroups(text, value, NumberLink.Filler, mostDigits: 17);
        if (Quantities.IsDate(text, ref groups) && groups.Count == 3)
        {
            return false;
        }

        int digits = 0;
        int kept = 0;
        for (; kept < groups.Count; kept++)
        {
            int count = groups.Lengths[kept];
            if (kept > 0 && text.Gap(groups.Token(kept)).Contains(':'))
            {
                break;
            }

            bool apart = kept > 0 && NumberLinks.After(text, groups.Token(kept - 1), out _) != NumberLink.Tight;
            if ((digits >= 10 && (apart || (count == 1 && groups.Lengths[kept - 1] > 1))) || (apart && digits >= 7 && count < 3))
            {
                break;
            }

            digits += count;
        }

        groups.Keep(kept);
        return groups.Digits is >= 6 && PhoneFinder.Add(text, value, groups.Token(groups.Count - 1), found);
    }

    static bool Account(TokenizedText text, int label, int value, bool ending, Findings found)
    {
        if (text.IsWord(value))
        {
            return Identifier(text, value, found);
        }

        if (ending)
        {
            return Short(text, value, 4, 4, PersonalDataKind.Account, found);
        }

        bool named = false;
        for (int i = label; i < value; i++)
        {
            named |= NumberLabels.IsNumberWord(text, i);
        }

        var groups = new NumberGroups(text, value, NumberLink.Filler, mostDigits: 18);
        if (groups.Count == 0)
        {
            // Longer than any account number, so the whole of it is one.
            return found.Add(PersonalDataKind.Account, text[value].Start, text[value].End);
        }

        if (!named && Quantities.IsDate(text, ref groups))
        {
            return false;
        }

        int kept = 1;
        for (; kept < groups.Count; kept++)
        {
            int token = groups.Token(kept);
            bool tight = NumberLinks.After(text, groups.Token(kept - 1), out _) == NumberLink.Tight;
            if (!tight || (text.Gap(token) is " " && groups.Lengths[0] >= 5))
            {
                break;
            }
        }

        if (kept == 1 && groups.Lengths[0] < 5 && groups.Count > 1)
        {
            kept = groups.Count;
        }

        groups.Keep(kept);
        int last = groups.Token(groups.Count - 1);
        if (text.TouchesWord(value) && text.IsWord(value + 1) && text.Gap(value + 1).IsEmpty)
        {
            return Identifier(text, value, found);
        }

        return groups.Digits >= (named ? 4 : 5) && found.Add(PersonalDataKind.Account, text[value].Start, text[last].End);
    }

    /// <summary>Adds letters and digits that touch each other or are joined by hyphens, such as "AB-123456".</summary>
    static bool Identifier(TokenizedText text, int from, Findings found)
    {
        const int most = 12;
        int digits = 0;
        int last = from;
        for (int at = from; at < text.Count && at < from + most; at++)
        {
            if (text[at].Kind == TokenKind.Placeholder
                || (at > from && !(text.Gap(at) is "" or "-" or "/") && !(text[at].IsNumber && text.Gap(at) is " ")))
            {
                break;
            }

            digits += text[at].Count;
            last = at;
        }

        return digits >= 4 && found.Add(PersonalDataKind.Account, text[from].Start, text[last].End);
    }
}
