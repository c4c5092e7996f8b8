namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts spoken dates: "march third", "march the twenty first", "third of march twenty twenty six", "january nineteen
/// ninety".</summary>
internal static class SpokenDate
{
    // "may" and "march" are verbs too. After the day of a date comes the end of the phrase or one of these words, never a noun.
    private static readonly string[] AfterDates =
    [
        "at", "on", "is", "was", "in", "and", "or", "to", "for", "from", "through", "until", "till", "by", "of", "with", "because", "when",
        "we", "i", "he", "she", "they", "you", "it", "works", "would", "will", "please", "thanks", "but", "so", "that", "this", "if",
        "between", "before", "after", "not", "no", "then", "should", "are", "were", "has", "instead", "only", "around", "about",
    ];

    private static readonly string[] Subjects = ["i", "you", "he", "she", "it", "we", "they", "who", "that", "which", "people", "will",
        "must", "let's", "can"];

    /// <summary>Converts the date at a position.</summary>
    /// <returns>The position after it; the same position if there is none.</returns>
    public static int Try(SpokenWord[] words, int at, WrittenWords written)
    {
        if (NumberWords.IsMonth(words[at].Core))
        {
            return words[at].Ends || IsVerb(words, at) ? at : TryMonthFirst(words, at, written);
        }

        if (SpokenCardinal.TryOrdinal(words, at, out long day, out int next) && day is >= 1 and <= 31 && SpokenWord.Follows(words, next)
            && words[next].Lower == "of"
            && SpokenWord.Follows(words, next + 1) && NumberWords.IsMonth(words[next + 1].Core))
        {
            if (SpokenWord.Is(words, at - 1, "the"))
            {
                written.RemoveLast();
            }

            int month = next + 1, end = month + 1;
            written.Add(words[month].Core);
            bool hasYear = TryYear(words, end, out int year, out int afterYear);
            written.Add(NumberWords.Invariant(day) + (hasYear ? "" : words[month].Tail));
            return hasYear ? AddYear(words, year, afterYear, written) : end;
        }

        return at;
    }

    private static int TryMonthFirst(SpokenWord[] words, int at, WrittenWords written)
    {
        bool hasDay = TryDay(words, at + 1, out long day, out bool isOrdinal, out int afterDay);
        bool hasYear = TryYear(words, afterDay, out int year, out int end) && hasDay;
        if (!hasYear && TryYear(words, at + 1, out year, out end) && year >= 1700)
        {
            written.Add(words[at].Core);
            return AddYear(words, year, end, written);
        }

        if (!hasDay || (!hasYear && !EndsDate(words, at, afterDay, isOrdinal)))
        {
            return at;
        }

        written.Add(words[at].Core);
        written.Add(NumberWords.Invariant(day) + (hasYear ? "" : words[afterDay - 1].Tail));
        return hasYear ? AddYear(words, year, end, written) : afterDay;
    }

    private static int AddYear(SpokenWord[] words, int year, int end, WrittenWords written)
    {
        written.Add(NumberWords.Invariant(year) + words[end - 1].Tail);
        return end;
    }

    private static bool TryDay(SpokenWord[] words, int at, out long day, out bool isOrdinal, out int next)
    {
        int from = SpokenWord.Is(words, at, "the") && !words[at].Ends ? at + 1 : at;
        isOrdinal = SpokenCardinal.TryOrdinal(words, from, out day, out next);
        return (isOrdinal || SpokenCardinal.TryTwoDigits(words, at, out day, out next)) && day is >= 1 and <= 31;
    }

    // "nineteen ninety", "twenty oh five", "two thousand and six", "nineteen hundred"
    private static bool TryYear(SpokenWord[] words, int at, out int year, out int next)
    {
        year = 0;
        next = at;
        if (!SpokenWord.Follows(words, at))
        {
            return false;
        }

        if (SpokenCardinal.TryScaled(words, at, out long whole, out next))
        {
            year = whole is >= 1100 and < 2100 ? (int)whole : 0;
        }
        else if (SpokenCardinal.TryTwoDigits(words, at, out long century, out int after) && century is >= 11 and <= 20
            && SpokenWord.Follows(words, after))
        {
            int from = words[after].Lower is "oh" or "o" ? after + 1 : after;
            bool fits = SpokenCardinal.TryTwoDigits(words, from, out long rest, out next)
                && (from > after ? rest is >= 1 and <= 9 : rest >= 10);
            year = fits && !words[from - 1].Ends ? (int)(century * 100 + rest) : 0;
        }

        return year > 0
            && !(SpokenWord.Follows(words, next) && NumberWords.IsPart(words[next].Lower)
            && words[next].Lower is not ("and" or "half" or "quarter"));
    }

    private static bool IsVerb(SpokenWord[] words, int at) =>
        words[at].Lower is "may" or "march" && SpokenWord.Follows(words, at) && Subjects.Contains(words[at - 1].Lower);

    private static bool EndsDate(SpokenWord[] words, int month, int next, bool isOrdinal) =>
        !SpokenWord.Follows(words, next) || AfterDates.Contains(words[next].Lower) || SpokenCardinal.TryTwoDigits(words, next, out _, out _)
        || (words[month].Lower != "may" && (isOrdinal
            ? !SpokenWord.IsAny(words, next, "party", "parties", "world", "person", "street", "avenue")
            : words[month].Lower != "march"));
}
