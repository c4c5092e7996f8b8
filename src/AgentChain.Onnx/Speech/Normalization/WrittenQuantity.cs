using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts quantities: fractions, ranges, ordinals, percentages, numbers with units or scale letters.</summary>
internal static partial class WrittenQuantity
{
    private static readonly FrozenSet<string> Places = FrozenSet.ToFrozenSet(
        "apartment apt unit suite room gate seat row flat block building platform section exit bay pier terminal stand".Split(' '));

    /// <summary>Replaces the quantities in a text.</summary>
    public static string Speak(string text)
    {
        text = WrittenText.Replace(Operator(), text, match => match.Value.Contains('*', StringComparison.Ordinal) ? " times "
            : " divided by ");
        text = WrittenText.Replace(Parts(), text, SayParts);
        text = WrittenText.Replace(Range(), text, SayRange);
        return WrittenText.Replace(Measured(), text, match => SayMeasured(text, match));
    }

    [GeneratedRegex(@"(?<=\d)(?:\s?\*\s?|\s/\s)(?=\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Operator();

    [GeneratedRegex(
        """
          (?<![\d.,])(?<version>\d{1,4}(?:\.\d{1,4}){2,5})(?!\.?\d)
        | (?<![\w./,])(?:(?<whole>\d{1,4})[\s-])?(?<count>\d{1,3})/(?<parts>\d{1,4})(?:th|rd|nd)?s?(?![\w/]|\.\d)
        | (?<![\w.])(?<feet>\d{1,2})(?:['′’](?<inches>\d{1,2})(?:["″”]|'')|\s?ft\.?\s(?<inches>\d{1,2})\s?in\b)
        | (?<![\w.,:])(?<left>\d{1,3}):(?<right>\d{1,3})(?![\w:])
        | (?<![\w.,])(?<hours>\d{1,3})h\s?(?<minutes>\d{1,2})(?:m|min)?\b
        | (?<![\w.,])(?<base>\d{1,15})(?:\.(?<baseDecimals>\d{1,15}))?[eE](?<exponent>[+-]?\d{1,3})(?!\w)
        | (?<retirement>(?<![\w.,$])401\(?k\)?)(?!\w)
        | (?<![\w.,])(?<lines>\d{3,4})p\b(?!\.)
        | (?<![\w.,])(?<across>\d{1,5})(?:\s?x\s?|×)(?<down>\d{1,5})(?!\w)
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();

    [GeneratedRegex(
        $"""
        (?<![\w.,/-])(?<minus>-)?(?<from>\d(?:[\d,]{"{0,15}"}\d)?)(?:\.(?<fromDecimals>\d{"{1,6}"}))?(?<first>th|st|nd|rd|%)?(?<dash>-|\s?[–—]\s?|\s-\s)(?<to>\d(?:[\d,]{"{0,15}"}\d)?)(?:\.(?<toDecimals>\d{"{1,6}"}))?(?![\d-]|[.,/]\d)(?<result>\s?=)?
        (?<suffix>\s?%|\s?(?:{MeasureUnits.Pattern})(?!\w)|(?:th|st|nd|rd)\b)?
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Range();

    [GeneratedRegex(
        $"""
          (?<ordinal>(?<![\w.])(?:\d{"{1,3}"}(?:,\d{"{3}"}){"{1,12}"}|\d{"{1,40}"}))(?:st|nd|rd|th)\b
        | (?<![\d.,])(?<glued>(?<=[A-Za-z]))?(?<minus>(?<![\w.])-)?(?<number>\d[\d,]{"{0,24}"})(?:\.(?<decimals>\d{"{1,40}"}))?(?:
              (?<percent>\s?%)
            | \s?°\s?(?<degrees>[CF])?(?!\w)
            | (?<scale>[Kk]|M|B|bn|mn)(?!\w)
            | (?<times>[x×])(?!\w)
            | \s?(?<unit>(?i:{MeasureUnits.Pattern}))(?![\w'’&]))
        | (?<scaled>\b(?:million|billion|trillion|thousand|hundred))\s(?<unit>km|kg|mph|MB|GB|TB|kW|MW|GW|ft|lbs?|sq\.?\sft)\b
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Measured();

    private static string? SayParts(Match match)
    {
        string Get(string name) => match.Groups[name].Value;

        if (Get("version") is { Length: > 0 } version)
        {
            string[] parts = version.Split('.');
            return parts.Length == 4 ? string.Join(" dot ", parts.Select(part => NumberWords.Digits(part)))
                : string.Join(" point ", parts.Select(WrittenNumber.Cardinal));
        }

        if (Get("parts") is { Length: > 0 } of)
        {
            return SayFraction(Get("whole"), Get("count"), of);
        }

        if (Get("feet") is { Length: > 0 } feet)
        {
            return $"{Count(feet, "foot", "feet")} {Count(Get("inches"), "inch", "inches")}";
        }

        if (Get("hours") is { Length: > 0 } hours)
        {
            return $"{Count(hours, "hour", "hours")} {Count(Get("minutes").TrimStart('0'), "minute", "minutes")}";
        }

        if (Get("lines") is { Length: > 0 } lines)
        {
            return $"{WrittenNumber.Cardinal(lines[..^2])} {(lines[^2..] == "00" ? "hundred" : WrittenNumber.Cardinal(lines[^2..]))} p";
        }

        if (Get("base") is { Length: > 0 } number)
        {
            string exponent = Get("exponent");
            string power = (exponent[0] == '-' ? "minus " : "") + WrittenNumber.Cardinal(exponent.TrimStart('+', '-'));
            return $"{WrittenNumber.Quantity(number, Get("baseDecimals"))} times ten to the power of {power}";
        }

        return match.Groups["retirement"].Success ? "four oh one k" : Get("across") is { Length: > 0 } across
            ? $"{Size(across)} by {Size(Get("down"))}" : $"{WrittenNumber.Cardinal(Get("left"))} to {WrittenNumber.Cardinal(Get("right"))}";
    }

    private static string Count(string number, string one, string many) => number switch
    {
        "1" => "one " + one,
        "" => "zero " + many,
        _ => $"{WrittenNumber.Cardinal(number)} {many}",
    };

    private static string Size(string number) => number.Length == 4 && number[2..] != "00" && number[0] != '0'
        ? $"{WrittenNumber.Cardinal(number[..2])} {(number[2] == '0' ? "oh " + WrittenNumber.Cardinal(number[3..]) : WrittenNumber.Cardinal(number[2..]))}"
        : WrittenNumber.Cardinal(number);

    private static string SayFraction(string whole, string count, string parts)
    {
        long number = WrittenNumber.Value(count), of = WrittenNumber.Value(parts);
        if (whole.Length == 0 && (count, parts) is ("24", "7") or ("9", "11") or ("50", "50") or ("20", "20"))
        {
            return $"{NumberWords.Cardinal(number)} {NumberWords.Cardinal(of)}";
        }

        if (number == 0 || of < 2 || number >= of || of > 20 && of is not (32 or 50 or 64 or 100))
        {
            string sign = of < 2 || whole.Length > 0 || number > 12 ? "slash" : "over";
            string over = $"{WrittenNumber.Cardinal(count)} {sign} {WrittenNumber.Cardinal(parts)}";
            return whole.Length > 0 ? WrittenNumber.Cardinal(whole) + " " + over : over;
        }

        string name = of switch { 2 => number == 1 ? "half" : "halves", 4 => number == 1 ? "quarter"
            : "quarters", _ => NumberWords.Ordinal(of) + (number == 1 ? "" : "s") };
        return whole.Length == 0 ? $"{NumberWords.Cardinal(number)} {name}"
            : $"{WrittenNumber.Cardinal(whole)} and {(number == 1 ? "a" : NumberWords.Cardinal(number))} {name}";
    }

    private static string? SayRange(Match match)
    {
        string from = match.Groups["from"].Value, to = match.Groups["to"].Value, suffix = match.Groups["suffix"].Value.Trim();
        if (match.Groups["first"] is { Success: true } first
            && (suffix is "th" or "st" or "nd" or "rd" ? first.Value == "%" : first.Value != suffix))
        {
            return null;
        }

        if (from == "24" && to == "7")
        {
            return "twenty four seven";
        }

        bool subtracts = match.Groups["result"].Success;
        string minus = match.Groups["minus"].Success ? "minus " : "", result = subtracts ? " equals" : "";
        string left = WrittenNumber.Quantity(from, match.Groups["fromDecimals"].Value),
            right = WrittenNumber.Quantity(to, match.Groups["toDecimals"].Value);
        if (!subtracts && IsYear(from) && (IsYear(to) || to.Length == 2))
        {
            left = NumberWords.Year((int)WrittenNumber.Value(from));
            right = to.Length == 2 ? WrittenNumber.Cardinal(to) : NumberWords.Year((int)WrittenNumber.Value(to));
        }

        string after = suffix switch
        {
            "" => "",
            "%" => " percent",
            "th" or "st" or "nd" or "rd" => "",
            _ => " " + (MeasureUnits.Find(suffix, false) ?? suffix),
        };
        if (suffix is "th" or "st" or "nd" or "rd")
        {
            (left, right) = (WrittenNumber.Ordinal(from), WrittenNumber.Ordinal(to));
        }

        return $"{minus}{left} {(subtracts ? "minus" : "to")} {right}{result}{after}";
    }

    private static bool IsYear(string number) =>
        number.Length == 4 && number[0] is '1' or '2' && WrittenNumber.Value(number) is >= 1100 and < 2100;

    private static string? SayMeasured(string text, Match match)
    {
        string Get(string name) => match.Groups[name].Value;

        if (Get("ordinal") is { Length: > 0 } ordinal)
        {
            return WrittenNumber.Ordinal(ordinal);
        }

        if (Get("scaled") is { Length: > 0 } scaled)
        {
            return $"{scaled} {MeasureUnits.Find(Get("unit"), false)}";
        }

        string number = Get("number"), decimals = Get("decimals");
        bool isName = match.Groups["glued"].Success && !match.Groups["percent"].Success; // "B2B"
        if (number[^1] == ',' || isName || IsLabel(text, match, decimals))
        {
            return null;
        }

        bool isOne = number == "1" && decimals.Length == 0;
        string? after = match.Groups["percent"].Success ? "percent"
            : Get("scale") is { Length: > 0 } scale ? Scale(scale, number, decimals)
            : match.Groups["times"].Success ? (isOne ? "time" : "times")
            : Get("unit") is { Length: > 0 } unit ? Unit(unit, match, isOne)
            : (isOne ? "degree" : "degrees") + Get("degrees") switch { "C" => " Celsius", "F" => " Fahrenheit", _ => "" };
        return after is null ? null
            : $"{(match.Groups["minus"].Success ? "minus " : "")}{WrittenNumber.Quantity(number, decimals)} {after}";
    }

    // "221B Baker Street", "apartment 4B": a letter, and no billions.
    private static bool IsLabel(string text, Match match, string decimals)
    {
        int end = match.Index + match.Length;
        return match.Groups["scale"].Value is "B" or "K" or "M" && decimals.Length == 0
            && ((end + 1 < text.Length && text[end] == ' ' && char.IsUpper(text[end + 1]))
                || (WrittenText.WordsBefore(text, match.Index) is [var before, ..] && Places.Contains(before.TrimStart('#'))));
    }

    // "4K" and "8K" are resolutions.
    private static string Scale(string letter, string number, string decimals) =>
        letter == "K" && decimals.Length == 0 && number is "4" or "8" ? "K"
            : letter switch { "K" or "k" => "thousand", "M" or "mn" => "million", _ => "billion" };

    // "5 in the morning" has no inches, and "5 S" no seconds.
    private static string? Unit(string unit, Match match, bool isOne)
    {
        bool isGlued = match.Groups["unit"].Index == 0 || !char.IsWhiteSpace(match.Value[match.Groups["unit"].Index - match.Index - 1]);
        bool needsGlue = unit is "S" or "H" || unit.Equals("in", StringComparison.OrdinalIgnoreCase);
        return needsGlue && !isGlued ? null : MeasureUnits.Find(unit, isOne);
    }
}
