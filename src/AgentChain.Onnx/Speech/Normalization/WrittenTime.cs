using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts times of day: "10:05 PM", "9am", "13:45", "10–12 p.m.".</summary>
internal static partial class WrittenTime
{
    private const string Half = @"(?:[ap]\.\s?m\.|[ap]\.?\s?m)(?!\w)";

    /// <summary>Replaces the times in a text.</summary>
    public static string Speak(string text)
    {
        string spoken = WrittenText.Replace(Written(), text, match => Say(text, match));
        return WrittenText.Replace(Alone(), spoken, match => $"{match.Value[0]} m{End(spoken, match)}");
    }

    [GeneratedRegex(
        $"""
        (?<![\w.:,/-])(?<hour>[01]?\d|2[0-3])(?:(?::|\.(?=\d\d\s?[ap]\.?m))(?<minute>[0-5]\d)(?::(?<second>[0-5]\d))?)?(?:\s?(?<half>{Half}))?
        (?:\s?[-–—]\s?(?<hour2>[01]?\d|2[0-3])(?::(?<minute2>[0-5]\d))?(?:\s?(?<half2>{Half}))?)?
        (?![\d:]|[.,/-]\d|[-–—]\w)
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();

    [GeneratedRegex(@"(?<![\w.])(?:[ap]\.\s?m\.|pm)(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Alone();

    private static string? Say(string text, Match match)
    {
        Group minute = match.Groups["minute"], half = match.Groups["half"], hour2 = match.Groups["hour2"],
            minute2 = match.Groups["minute2"], half2 = match.Groups["half2"];
        if (!minute.Success && !half.Success && !half2.Success && !minute2.Success)
        {
            return null;
        }

        if ((half.Success && !IsTwelveHour(match.Groups["hour"])) || (half2.Success && !IsTwelveHour(hour2)))
        {
            return null;
        }

        string first = Clock(match.Groups["hour"], minute, half, hour2.Success);
        string seconds = match.Groups["second"] is { Success: true, Value: not "00" }
            ? $" and {NumberWords.Cardinal(Number(match.Groups["second"]))} seconds" : "";
        return first + seconds + (hour2.Success ? " to " + Clock(hour2, minute2, half2, true) : "") + End(text, match);
    }

    // The last period of "a.m." can be the end of the sentence too.
    private static string End(string text, Match match) =>
        match.Value[^1] == '.' && WrittenText.EndsSentence(text, match.Index + match.Length) ? "." : "";

    private static string Clock(Group hour, Group minute, Group half, bool isRange)
    {
        int hours = Number(hour), minutes = minute.Success ? Number(minute) : 0;
        string said = NumberWords.Cardinal(hours);
        if (half.Success)
        {
            return $"{said}{Minutes(minutes)} {char.ToLowerInvariant(half.ValueSpan[0])} m";
        }

        return minutes > 0 || isRange || !minute.Success ? said + Minutes(minutes) : hours == 0 ? "midnight" : hours <= 12
            ? said + " o'clock" : said + " hundred";
    }

    private static string Minutes(int minutes) =>
        minutes == 0 ? "" : minutes < 10 ? " oh " + NumberWords.Cardinal(minutes) : " " + NumberWords.Cardinal(minutes);

    private static bool IsTwelveHour(Group hour) => Number(hour) is >= 1 and <= 12;

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
}
