using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts the numbers that no other rule has converted: cardinals, years and strings of digits.</summary>
internal static partial class WrittenInteger
{
    private static readonly string[] IdentifierWords =
    [
        "account", "card", "code", "pin", "number", "order", "ending", "extension", "ext", "id", "ticket", "invoice", "confirmation",
        "reference", "room", "flight",
        "zip", "passcode", "password", "digits", "serial", "model", "policy", "tracking", "case", "bus", "apartment", "suite", "unit",
        "otp", "phone", "call", "dial",
    ];

    private static readonly string[] YearWords = ["in", "since", "year", "circa", "during", "before", "after", "until", "by", "from",
        "spring", "summer", "fall", "autumn", "winter", "early", "late"];

    private static readonly string[] Things = ["feet", "people", "men", "women", "children", "dollars", "percent", "million", "billion",
        "thousand"];

    private static readonly string[] EndInS = ["this", "thus", "was", "plus", "minus", "expires", "ends", "starts", "begins", "does",
        "goes", "comes", "says", "looks", "always"];

    /// <summary>Replaces the numbers in a text.</summary>
    public static string Speak(string text) =>
        SpeakAll(Groups().Replace(text, match => match.Value.Replace(" ", ",", StringComparison.Ordinal)));

    // "10 000" is one number; other digits after a space are another.
    [GeneratedRegex(@"(?<![\w.,])\d{1,3}(?: 000){1,4}(?![\w]|[.,]\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Groups();

    private static string SpeakAll(string text) => WrittenText.Replace(Written(), text, match => Say(text, match));

    [GeneratedRegex(
        $"""
          (?<hash>(?:\#|№|\bNo\.)\s?(?=\d))?(?<minus>(?<![\w.])-)?(?<number>{WrittenNumber.Pattern})(?:\.(?<decimals>\d+))?
        | (?<![\w.])\.(?<point>\d+)
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();

    private static string Say(string text, Match match)
    {
        if (match.Groups["point"].Success)
        {
            return "point " + NumberWords.Digits(match.Groups["point"].ValueSpan);
        }

        string number = match.Groups["number"].Value, decimals = match.Groups["decimals"].Value;
        string sign = (match.Groups["hash"].Success ? "number " : "") + (match.Groups["minus"].Success ? "minus " : "");
        return sign + (decimals.Length > 0 || number.Contains(',', StringComparison.Ordinal) || number.Length < 3
            ? WrittenNumber.Quantity(number, decimals)
            : Whole(text, match, number));
    }

    private static string Whole(string text, Match match, string number)
    {
        int end = match.Index + match.Length;
        string[] before = WrittenText.WordsBefore(text, match.Index);
        bool isIdentifier = before.Any(IdentifierWords.Contains), isCounted = !isIdentifier && IsThing(WrittenText.WordAfter(text, end));
        if (number[0] == '0' || number.Length > 15)
        {
            return NumberWords.Digits(number);
        }

        if (number.Length == 3)
        {
            bool isEmergency = !isCounted && (number == "911" || (before is [var verb, ..] && verb is "call" or "dial" or "text"));
            return isEmergency ? NumberWords.Digits(number) : WrittenNumber.Cardinal(number);
        }

        if (isCounted)
        {
            return WrittenNumber.Cardinal(number);
        }

        long value = WrittenNumber.Value(number);
        if (number.Length == 4 && !isIdentifier
            && (value is >= 1900 and < 2100 || (value is >= 1100 and < 1900 && before is [var word, ..] && YearWords.Contains(word))))
        {
            return NumberWords.Year((int)value);
        }

        return value % (number.Length < 6 ? 100 : 1000) == 0 && number.Length <= 7 && !isIdentifier ? WrittenNumber.Cardinal(number)
            : NumberWords.Digits(number);
    }

    // A noun in the plural shows that a number counts something.
    private static bool IsThing(string word) =>
        Things.Contains(word) || (word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or '\'') && !EndInS.Contains(word));
}
