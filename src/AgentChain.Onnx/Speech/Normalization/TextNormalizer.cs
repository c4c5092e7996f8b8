using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Normalizes text for synthesis: converts written numbers, money, times and dates to spoken English words.</summary>
/// <remarks>
/// Money is read as dollars and cents. Numbers of up to three digits, and longer ones with thousands separators, are read as cardinals
/// without "and"; longer plain numbers (account, card and phone numbers) digit by digit; "9 am" as "nine a m". Punctuation and the case of
/// other words are unchanged, so that a voice can pause and a lexicon can look words up. Culture-invariant; thread-safe.
/// </remarks>
public static partial class TextNormalizer
{
    /// <summary>Converts written forms to words.</summary>
    /// <param name="text">The text as a person or a language model writes it: "Your balance is $49.99."</param>
    /// <returns>The text without digits: "Your balance is forty nine dollars and ninety nine cents."</returns>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Written().Replace(text, match => Say(match) is { } words ? Pad(text, match, words) : match.Value);
    }

    [GeneratedRegex(
        """
          (?<iso>\b(?<y>\d{4})-(?<mo>0[1-9]|1[0-2])-(?<d>0[1-9]|[12]\d|3[01])\b)
        | (?<month>\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2}(?:st|nd|rd|th)?,?\s+)(?<year>\d{4})\b
        | (?<currency>[$£€])\s?(?<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?<fraction>\d\d))?(?!\d)
        | \b(?<hour>\d{1,2}):(?<minute>[0-5]\d)\b(?:\s?(?<half>[ap])\.?m\b)?
        | \b(?<clock>\d{1,2})\s?(?<half>[ap])\.?m\b
        | \b(?<ordinal>\d{1,4})(?:st|nd|rd|th)\b
        | (?<dashed>\b\d{2,}(?:-\d{2,})+\b)
        | (?<minus>(?<![\w.])-)?(?<number>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.(?<decimals>\d+))?(?:(?<percent>\s?%)|\s?(?<unit>[KMGT]B)\b)?
        | (?<pm>\bpm\b)
        | (?<symbol>[&%+@])
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();

    private static string? Say(Match match)
    {
        string Get(string name) => match.Groups[name].Value;
        bool Has(string name) => match.Groups[name].Success;
        int Number(string name) => int.Parse(match.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

        if (Has("iso"))
        {
            return $"{NumberWords.Months[Number("mo") - 1]} {NumberWords.Cardinal(Number("d"))} {NumberWords.Year(Number("y"))}";
        }

        if (Has("month"))
        {
            return Normalize(Get("month")) + NumberWords.Year(Number("year"));
        }

        if (Has("currency"))
        {
            return Money(Get("currency"), Get("whole"), Has("fraction") ? Number("fraction") : 0);
        }

        if (Has("hour") || Has("clock"))
        {
            string minutes = !Has("minute") || Number("minute") == 0 ? "" : Number("minute") < 10 ? " oh " + NumberWords.Cardinal(Number("minute")) : " " + NumberWords.Cardinal(Number("minute"));
            string half = Has("half") ? $" {Get("half").ToLowerInvariant()} m" : minutes.Length == 0 ? " o'clock" : "";
            return NumberWords.Cardinal(Number(Has("hour") ? "hour" : "clock")) + minutes + half;
        }

        return Has("ordinal") ? NumberWords.Ordinal(Number("ordinal"))
            : Has("dashed") ? string.Join(", ", Get("dashed").Split('-').Select(part => NumberWords.Digits(part)))
            : Has("number") ? (Has("minus") ? "minus " : "") + Quantity(Get("number"), Get("decimals")) + Unit(match)
            : Has("pm") ? "p m"
            : Get("symbol") switch { "&" => "and", "%" => "percent", "+" => "plus", _ => "at" };
    }

    private static string Quantity(string number, string decimals) =>
        Whole(number) + (decimals.Length > 0 ? " point " + NumberWords.Digits(decimals) : "");

    private static string Whole(string number)
    {
        bool grouped = number.Contains(',', StringComparison.Ordinal);
        string digits = grouped ? number.Replace(",", "", StringComparison.Ordinal) : number;
        return (grouped && digits.Length <= 15) || (digits.Length <= 3 && (digits.Length == 1 || digits[0] != '0'))
            ? NumberWords.Cardinal(long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture))
            : NumberWords.Digits(digits);
    }

    private static string Unit(Match match)
    {
        if (match.Groups["percent"].Success)
        {
            return " percent";
        }

        if (!match.Groups["unit"].Success)
        {
            return "";
        }

        string unit = char.ToUpperInvariant(match.Groups["unit"].ValueSpan[0]) switch { 'K' => "kilobyte", 'M' => "megabyte", 'G' => "gigabyte", _ => "terabyte" };
        return $" {unit}{(match.Groups["number"].Value == "1" && !match.Groups["decimals"].Success ? "" : "s")}";
    }

    private static string Money(string currency, string whole, int hundredths)
    {
        (string one, string many, string hundredth, string hundredthMany) = currency switch
        {
            "£" => ("pound", "pounds", "penny", "pence"),
            "€" => ("euro", "euros", "cent", "cents"),
            _ => ("dollar", "dollars", "cent", "cents"),
        };
        string digits = whole.Replace(",", "", StringComparison.Ordinal);
        if (digits.Length > 15)
        {
            return NumberWords.Digits(digits) + " " + many;
        }

        long units = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        string large = $"{NumberWords.Cardinal(units)} {(units == 1 ? one : many)}", small = $"{NumberWords.Cardinal(hundredths)} {(hundredths == 1 ? hundredth : hundredthMany)}";
        return hundredths == 0 ? large : units == 0 ? small : $"{large} and {small}";
    }

    // Adds spaces where the text has none, such as in "5GB" and "A&B".
    private static string Pad(string text, Match match, string words)
    {
        int end = match.Index + match.Length;
        string before = match.Index > 0 && char.IsLetterOrDigit(text[match.Index - 1]) ? " " : "";
        string after = end < text.Length && char.IsLetterOrDigit(text[end]) ? " " : "";
        return before + words + after;
    }
}
