namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts spoken times of day: "nine thirty a m", "at nine oh five", "half past ten", "three o'clock".</summary>
internal static class SpokenTime
{
    private static readonly string[] Streets = ["street", "road", "avenue", "lane", "drive", "boulevard", "court", "place", "way"];

    /// <summary>Converts "half past nine" or "quarter to ten" at a position.</summary>
    /// <returns>The position after it; the same position if there is none.</returns>
    public static int TryPast(SpokenWord[] words, int at, WrittenWords written)
    {
        if (SpokenCardinal.TryTwoDigits(words, at, out long said, out int unit) && said is >= 1 and <= 59)
        {
            int way = SpokenWord.Follows(words, unit) && words[unit].Lower is "minute" or "minutes" ? unit + 1 : unit;
            return SpokenWord.Follows(words, way) && words[way].Lower is "past" or "to" or "after"
                && (way > unit || words[way].Lower == "past")
                ? TryHour(words, at, way, (int)said, written)
                : at;
        }

        bool article = SpokenWord.Is(words, at, "a") && SpokenWord.Follows(words, at + 1) && words[at + 1].Lower == "quarter";
        int from = article ? at + 1 : at;
        int minutes = words[from].Lower switch { "half" => 30, "quarter" => 15, _ => 0 };
        return minutes == 0 ? at : TryHour(words, at, from + 1, minutes, written);
    }

    // "past nine", "to ten"
    private static int TryHour(SpokenWord[] words, int at, int direction, int minutes, WrittenWords written)
    {
        if (!SpokenWord.Follows(words, direction) || !SpokenWord.Follows(words, direction + 1))
        {
            return at;
        }

        bool past = words[direction].Lower is "past" or "after";
        if ((!past && (minutes == 30 || words[direction].Lower is not ("to" or "till" or "of")))
            || !SpokenCardinal.TryTwoDigits(words, direction + 1, out long hour, out int next) || hour is < 1 or > 12
            || (SpokenWord.Follows(words, next) && NumberWords.IsPart(words[next].Lower) && words[next].Lower != "and"))
        {
            return at;
        }

        long shown = past ? hour : hour == 1 ? 12 : hour - 1;
        string time = FormattableString.Invariant($"{shown}:{(past ? minutes : 60 - minutes):00}");
        return TryHalf(words, next, time, written) is var end && end > next ? end : AddClock(words, next, time, written);
    }

    /// <summary>Converts a number that is a time of day.</summary>
    /// <returns>The position after it; the position of the number if it is none.</returns>
    public static int TryNumber(SpokenWord[] words, int at, SpokenNumber number, WrittenWords written)
    {
        if (number.Time is not { } time)
        {
            return at;
        }

        int next = number.Next;
        if (IsTwelveHour(time) && TryHalf(words, next, time, written) is var end && end > next)
        {
            return end;
        }

        if (SpokenWord.Follows(words, next) && words[next].Lower == "o" && SpokenWord.Follows(words, next + 1)
            && words[next + 1].Lower == "clock")
        {
            written.Add(time);
            written.Add("o'clock" + words[next + 1].Tail);
            return next + 2;
        }

        return IsClock(words, at, number, time, written) ? AddClock(words, next, time, written) : at;
    }

    private static int AddClock(SpokenWord[] words, int next, string time, WrittenWords written)
    {
        written.AddTime(time + words[next - 1].Tail);
        return next;
    }

    private static bool IsClock(SpokenWord[] words, int at, SpokenNumber number, string time, WrittenWords written)
    {
        if (IsStreet(words, number.Next))
        {
            return false;
        }

        if (number.Pieces > 1 && IsTwelveHour(time) && IsDayTime(words, number.Next))
        {
            return true;
        }

        bool follows = SpokenWord.Follows(words, at);
        if (number.Pieces > 1 && follows)
        {
            if (words[at - 1].Lower == "at")
            {
                return true;
            }

            if (IsTwelveHour(time) && (words[at - 1].Lower is "by" or "until" or "till" or "around" or "before" or "after" or "from"
                || (words[at - 1].Lower is "to" or "and" or "until" or "till" && written.HasTimeBeforeLast)))
            {
                return true;
            }
        }

        // "nine thirty to ten a m": the second time shows what the first number is.
        return IsTwelveHour(time) && SpokenWord.Follows(words, number.Next)
            && words[number.Next].Lower is "to" or "until" or "till" or "through" or "and"
            && SpokenWord.Follows(words, number.Next + 1) && SpokenCardinal.TryTwoDigits(words, number.Next + 1, out _, out _)
            && SpokenNumber.TryParse(words, number.Next + 1, out SpokenNumber second) && second.Time is { } end && IsTwelveHour(end)
            && HalfDay(words, second.Next) > 0;
    }

    // "in the morning", "tonight"
    private static bool IsDayTime(SpokenWord[] words, int at) => SpokenWord.Follows(words, at)
        && (words[at].Lower is "tonight" or "tomorrow" or "sharp"
            || (words[at].Lower == "in" && SpokenWord.Is(words, at + 1, "the")
            && SpokenWord.IsAny(words, at + 2, "morning", "afternoon", "evening")));

    private static bool IsStreet(SpokenWord[] words, int next) =>
        (SpokenWord.Follows(words, next) && Streets.Contains(words[next].Lower))
            || (SpokenWord.Follows(words, next) && SpokenWord.Follows(words, next + 1) && Streets.Contains(words[next + 1].Lower));

    private static bool IsTwelveHour(string time) =>
        time.Split(':')[0] is var hour && (hour.Length == 1 || (hour[0] == '1' && hour[1] < '3'));

    // "a m", "am", "a.m."
    private static int TryHalf(SpokenWord[] words, int next, string time, WrittenWords written)
    {
        int length = HalfDay(words, next);
        if (length == 0)
        {
            return next;
        }

        int end = next + length;
        string tail = words[end - 1].Tail;
        bool dotted = words[end - 1].Lower is "a.m" or "p.m" && tail is ['.', ..];
        bool sentenceEnds = end == words.Length ? words[0].Core is [>= 'A' and <= 'Z', ..] : words[end].Core is [>= 'A' and <= 'Z', ..];
        written.AddTime(time);
        written.Add((words[next].Lower[0] == 'a' ? "am" : "pm") + (dotted && !sentenceEnds ? tail[1..] : tail));
        return end;
    }

    // The number of words of "a m", "am", "a.m." or the same with p; 0 if there is none.
    private static int HalfDay(SpokenWord[] words, int at)
    {
        if (!SpokenWord.Follows(words, at))
        {
            return 0;
        }

        return words[at].Lower is "am" or "pm" or "a.m" or "p.m"
            ? (words[at].Lower == "am" && SpokenWord.Follows(words, at + 1) && words[at + 1].Lower == "i" ? 0 : 1)
            : words[at].Lower is "a" or "p" && SpokenWord.Follows(words, at + 1) && words[at + 1].Lower == "m" ? 2
            : 0;
    }
}
