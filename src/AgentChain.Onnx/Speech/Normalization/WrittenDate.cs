using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts dates and decades: "2026-03-05", "3/5/2026", "Mar. 3rd, 2026", "1990s", "'90s".</summary>
internal static partial class WrittenDate
{
    private const string MonthNames =
        "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec";

    /// <summary>Replaces the dates in a text.</summary>
    public static string Speak(string text)
    {
        text = WrittenText.Replace(Numeric(), text, SayNumeric);
        text = WrittenText.Replace(Named(), text, SayNamed);
        return WrittenText.Replace(Decade(), text, SayDecade);
    }

    [GeneratedRegex(
        """
          (?<![\w./-])(?<year>\d{4})(?<separator>[-/])(?<month>0?[1-9]|1[0-2])\k<separator>(?<day>0?[1-9]|[12]\d|3[01])(?:(?<time>T(?=\d\d:))|(?![\w/-]|\.\d))
        | (?<![\w./-])(?<month>0?[1-9]|1[0-2])(?<separator>[-/])(?<day>0?[1-9]|[12]\d|3[01])\k<separator>(?<year>\d{4}|\d\d)(?![\w/-]|\.\d)
        | (?<![\w./-])(?<day>0?[1-9]|[12]\d|3[01])(?<separator>[-/.])(?<month>0?[1-9]|1[0-2])\k<separator>(?<year>\d{4})(?![\w/-]|\.\d)
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Numeric();

    [GeneratedRegex(
        $"""
        \b(?<month>{MonthNames})\b(?:\.(?=\s))?(?:,?\s{"{1,8}"}(?<day>[12]\d|3[01]|0?[1-9])(?<suffix>st|nd|rd|th)?(?:\s?[-–—]\s?(?<last>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?)?(?![\w:/]|[.,]\d))?(?<comma>,?\s{"{1,8}"})?(?:(?<=\s)(?<year>1\d\d\d|20\d\d)(?![\w:/-]|[.,]\d))?
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(
        """(?<![\w.,$£€])(?<short>['’‘])?(?<century>1[1-9]|20)?(?<decade>\d)0['’]?s\b(?<to>\s?[-–]\s?(?=['’‘]?\d{2,4}['’]?s\b))?""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Decade();

    private static string SayNumeric(Match match)
    {
        int year = Number(match.Groups["year"]);
        year += match.Groups["year"].Length > 2 ? 0 : year < 50 ? 2000 : 1900;
        string date = $"{NumberWords.Months[Number(match.Groups["month"]) - 1]} {NumberWords.Cardinal(Number(match.Groups["day"]))} {NumberWords.Year(year)}";
        return match.Groups["time"].Success ? date + " at " : date;
    }

    // The comma and the spaces before a year, or after a month without one, stay.
    private static string? SayNamed(Match match)
    {
        Group day = match.Groups["day"], year = match.Groups["year"];
        if (!day.Success && !year.Success)
        {
            return null;
        }

        string name = match.Groups["month"].Value;
        string month = NumberWords.IsMonth(name) ? name : Full(name);
        string said = !day.Success ? ""
            : " " + (match.Groups["suffix"].Success ? NumberWords.Ordinal(Number(day)) : NumberWords.Cardinal(Number(day)));
        said += match.Groups["last"] is { Success: true } last
            ? " to " + (match.Groups["suffix"].Success ? NumberWords.Ordinal(Number(last)) : NumberWords.Cardinal(Number(last))) : "";
        return month + said + match.Groups["comma"].Value + (year.Success ? NumberWords.Year(Number(year)) : "");
    }

    private static string? SayDecade(Match match)
    {
        int decade = Number(match.Groups["decade"]) * 10;
        string plural = decade switch { 0 => "hundreds", 10 => "tens", _ => NumberWords.Cardinal(decade)[..^1] + "ies" };
        string to = match.Groups["to"].Success ? " to " : "";
        if (!match.Groups["century"].Success)
        {
            return to.Length > 0 && decade >= 20 ? plural + to : decade >= 20 ? plural : !match.Groups["short"].Success ? null
                : decade == 0 ? "two thousands" : plural;
        }

        int century = Number(match.Groups["century"]);
        return (century == 20 && decade == 0 ? "two thousands" : $"{NumberWords.Cardinal(century)} {plural}") + to;
    }

    private static string Full(string name)
    {
        string month = NumberWords.Months.First(month => month.StartsWith(name[..3], StringComparison.OrdinalIgnoreCase));
        return char.IsUpper(name[0]) ? char.ToUpperInvariant(month[0]) + month[1..] : month;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
}
