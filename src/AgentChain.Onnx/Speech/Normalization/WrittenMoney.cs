using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts amounts of money: "$49.95", "-$5", "$2.5M", "$5-10", "5 €", "USD 100".</summary>
internal static partial class WrittenMoney
{
    private const string Scale = @"(?:\s?(?:thousand|million|billion|trillion|mn|bn)|[KMBT])(?!\w)";

    private static readonly MoneyUnit[] Units =
    [
        new("$", "dollar", "dollars", "cent", "cents"), new("£", "pound", "pounds", "penny", "pence"),
        new("€", "euro", "euros", "cent", "cents"),
        new("¥", "yen", "yen", "", ""), new("₹", "rupee", "rupees", "paisa", "paise"), new("₩", "won", "won", "", ""),
        new("₽", "ruble", "rubles", "kopeck", "kopecks"),
        new("₺", "lira", "lira", "kurus", "kurus"), new("¢", "cent", "cents", "", ""), new("US$", "dollar", "dollars", "cent", "cents"),
        new("A$", "Australian dollar", "Australian dollars", "cent", "cents"),
        new("C$", "Canadian dollar", "Canadian dollars", "cent", "cents"),
        new("NZ$", "New Zealand dollar", "New Zealand dollars", "cent", "cents"),
        new("HK$", "Hong Kong dollar", "Hong Kong dollars", "cent", "cents"), new("R$", "real", "reais", "centavo", "centavos"),
        new("P", "penny", "pence", "", ""),
        new("USD", "dollar", "dollars", "cent", "cents"), new("EUR", "euro", "euros", "cent", "cents"),
        new("GBP", "pound", "pounds", "penny", "pence"),
        new("JPY", "yen", "yen", "", ""), new("INR", "rupee", "rupees", "paisa", "paise"),
        new("CAD", "Canadian dollar", "Canadian dollars", "cent", "cents"),
        new("AUD", "Australian dollar", "Australian dollars", "cent", "cents"),
        new("CHF", "Swiss franc", "Swiss francs", "centime", "centimes"),
    ];

    /// <summary>Replaces the amounts in a text.</summary>
    public static string Speak(string text) => WrittenText.Replace(Trailing(), WrittenText.Replace(Leading(), text, Say), Say);

    [GeneratedRegex(
        $"""
        (?<minus>(?<![\w.])-\s?)?(?<sign>(?:US|A|C|NZ|HK|R)?\$|[£€¥₹₩₽₺]|\b(?:USD|EUR|GBP|JPY|INR|CAD|AUD|CHF)(?=\s?-?\d))\s?(?<minus>-)?
        (?:(?<number>{WrittenNumber.Pattern})(?:\.(?<decimals>\d+))?|\.(?<decimals>\d+))(?<scale>{Scale})?
        (?:\s?[-–—]\s?[$£€¥₹]?(?<number2>{WrittenNumber.Pattern})(?:\.(?<decimals2>\d+))?(?<scale2>{Scale})?(?![\w-]))?
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Leading();

    [GeneratedRegex(
        $"""
        (?<minus>(?<![\w.])-)?(?<![\w.,])(?<number>\d[\d,]{"{0,24}"})(?:\.(?<decimals>\d{"{1,6}"}))?(?<scale>\s?(?:million|billion|trillion))?(?:(?<sign>p)\b(?!\.)|\s?(?<sign>[€£¥₹¢]|(?:USD|EUR|GBP|JPY|INR|CAD|AUD|CHF)\b))
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Trailing();

    private static string? Say(Match match)
    {
        string Get(string name) => match.Groups[name].Value;

        string sign = Get("sign").ToUpperInvariant(), minus = match.Groups["minus"].Success ? "minus " : "", number = Get("number");
        MoneyUnit unit = Array.Find(Units, unit => unit.Sign == sign)!;
        string decimals = Get("decimals");
        if (number.EndsWith(',') || (sign == "P" && number.Length > 2))
        {
            return null;
        }

        if (decimals.Length == 0 && number.Length > 3 && number[^3] == ',')
        {
            (number, decimals) = (number[..^3], number[^2..]); // "5,50 €"
        }

        string first = Amount(unit, number, decimals, Get("scale"));
        if (!match.Groups["number2"].Success)
        {
            return minus + first;
        }

        string second = Amount(unit, Get("number2"), Get("decimals2"), Get("scale2"));
        bool isPlain = decimals.Length == 0 && (Get("scale").Length == 0 || Get("scale") == Get("scale2"));
        return $"{minus}{(isPlain ? WrittenNumber.Cardinal(number) : first)} to {second}";
    }

    private static string Amount(MoneyUnit unit, string number, string decimals, string scale)
    {
        if (scale.Length > 0)
        {
            string word = scale.Trim().ToUpperInvariant() switch { "K" => "thousand", "M" or "MN" => "million", "B" or "BN" => "billion",
                "T" => "trillion", var other => other.ToLowerInvariant() };
            return $"{WrittenNumber.Quantity(number.Length == 0 ? "0" : number, decimals)} {word} {unit.Many}";
        }

        if (decimals.Length > 2 || (decimals.Length > 0 && unit.Hundredth.Length == 0))
        {
            return $"{WrittenNumber.Quantity(number.Length == 0 ? "0" : number, decimals)} {unit.Many}";
        }

        long units = number.Length == 0 ? 0 : WrittenNumber.Value(number), hundredths = decimals.Length == 0 ? 0
            : WrittenNumber.Value(decimals.PadRight(2, '0'));
        string whole = units < 0 ? NumberWords.Digits(WrittenNumber.Plain(number)) : NumberWords.Cardinal(units);
        string large = $"{whole} {(units == 1 ? unit.One : unit.Many)}",
            small = $"{NumberWords.Cardinal(hundredths)} {(hundredths == 1 ? unit.Hundredth : unit.Hundredths)}";
        return hundredths == 0 ? large : units == 0 ? small : $"{large} and {small}";
    }
}
