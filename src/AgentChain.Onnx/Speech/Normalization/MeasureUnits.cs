using System.Collections.Frozen;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>The names of units of measurement.</summary>
internal static class MeasureUnits
{
    /// <summary>The pattern of a unit that follows a number with or without a space.</summary>
    public const string Pattern =
        @"[KMGT]B(?:ps|/s)?|[KMG]bps|k?m/h|m/s|[kmcn]?m[²³]?|µm|μm|mi|ft[²³]?|yd|sq\.?\sft|sq\.?\sm|[kmµμ]?g|lbs?|oz|m?[lL]|gal|[mnµμ]?s|secs?|mins?|hrs?|h|[kMG]?Hz|[kMG]?W|kWh|Wh|[mk]?V|mAh?|px|dpi|fps|rpm|mph|kph|kmh|mpg|k?cal|dB|[khM]?Pa|psi|k?J|bpm|ha|in[²]?|ppm";

    private static readonly FrozenDictionary<string, (string One, string Many)> Names =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["km"] = ("kilometer", "kilometers"), ["m"] = ("meter", "meters"), ["cm"] = ("centimeter", "centimeters"),
        ["mm"] = ("millimeter", "millimeters"),
        ["µm"] = ("micrometer", "micrometers"), ["nm"] = ("nanometer", "nanometers"), ["mi"] = ("mile", "miles"),
        ["ft"] = ("foot", "feet"), ["yd"] = ("yard", "yards"),
        ["in"] = ("inch", "inches"), ["sqft"] = ("square foot", "square feet"), ["sqm"] = ("square meter", "square meters"),
        ["ha"] = ("hectare", "hectares"),
        ["kg"] = ("kilogram", "kilograms"), ["g"] = ("gram", "grams"), ["mg"] = ("milligram", "milligrams"),
        ["µg"] = ("microgram", "micrograms"),
        ["lb"] = ("pound", "pounds"), ["lbs"] = ("pound", "pounds"), ["oz"] = ("ounce", "ounces"), ["l"] = ("liter", "liters"),
        ["L"] = ("liter", "liters"),
        ["ml"] = ("milliliter", "milliliters"), ["mL"] = ("milliliter", "milliliters"), ["gal"] = ("gallon", "gallons"),
        ["s"] = ("second", "seconds"), ["sec"] = ("second", "seconds"), ["secs"] = ("second", "seconds"),
        ["ms"] = ("millisecond", "milliseconds"),
        ["µs"] = ("microsecond", "microseconds"), ["ns"] = ("nanosecond", "nanoseconds"), ["min"] = ("minute", "minutes"),
        ["mins"] = ("minute", "minutes"),
        ["h"] = ("hour", "hours"), ["hr"] = ("hour", "hours"), ["hrs"] = ("hour", "hours"),
        ["Hz"] = ("hertz", "hertz"), ["kHz"] = ("kilohertz", "kilohertz"), ["MHz"] = ("megahertz", "megahertz"),
        ["GHz"] = ("gigahertz", "gigahertz"),
        ["W"] = ("watt", "watts"), ["kW"] = ("kilowatt", "kilowatts"), ["MW"] = ("megawatt", "megawatts"),
        ["GW"] = ("gigawatt", "gigawatts"),
        ["kWh"] = ("kilowatt hour", "kilowatt hours"), ["Wh"] = ("watt hour", "watt hours"), ["V"] = ("volt", "volts"),
        ["mV"] = ("millivolt", "millivolts"),
        ["kV"] = ("kilovolt", "kilovolts"), ["mA"] = ("milliamp", "milliamps"), ["mAh"] = ("milliamp hour", "milliamp hours"),
        ["KB"] = ("kilobyte", "kilobytes"), ["MB"] = ("megabyte", "megabytes"), ["GB"] = ("gigabyte", "gigabytes"),
        ["TB"] = ("terabyte", "terabytes"),
        ["KB/s"] = ("kilobyte per second", "kilobytes per second"), ["MB/s"] = ("megabyte per second", "megabytes per second"),
        ["GB/s"] = ("gigabyte per second", "gigabytes per second"), ["TB/s"] = ("terabyte per second", "terabytes per second"),
        ["kbps"] = ("kilobit per second", "kilobits per second"), ["Mbps"] = ("megabit per second", "megabits per second"),
        ["Gbps"] = ("gigabit per second", "gigabits per second"), ["px"] = ("pixel", "pixels"), ["dpi"] = ("dot per inch", "dots per inch"),
        ["fps"] = ("frame per second", "frames per second"), ["rpm"] = ("revolution per minute", "revolutions per minute"),
        ["bpm"] = ("beat per minute", "beats per minute"), ["mph"] = ("mile per hour", "miles per hour"),
        ["mpg"] = ("mile per gallon", "miles per gallon"),
        ["km/h"] = ("kilometer per hour", "kilometers per hour"), ["kmh"] = ("kilometer per hour", "kilometers per hour"),
        ["kph"] = ("kilometer per hour", "kilometers per hour"), ["m/h"] = ("mile per hour", "miles per hour"),
        ["m/s"] = ("meter per second", "meters per second"),
        ["cal"] = ("calorie", "calories"), ["kcal"] = ("kilocalorie", "kilocalories"), ["J"] = ("joule", "joules"),
        ["kJ"] = ("kilojoule", "kilojoules"),
        ["dB"] = ("decibel", "decibels"), ["Pa"] = ("pascal", "pascals"), ["kPa"] = ("kilopascal", "kilopascals"),
        ["hPa"] = ("hectopascal", "hectopascals"),
        ["MPa"] = ("megapascal", "megapascals"), ["psi"] = ("pound per square inch", "pounds per square inch"),
        ["ppm"] = ("part per million", "parts per million"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (string One, string Many)> AnyCase = Names
        .Where(unit => unit.Key.Length > 1)
        .GroupBy(unit => unit.Key.ToLowerInvariant())
        .ToFrozenDictionary(units => units.Key, units => units.First().Value, StringComparer.Ordinal);

    /// <summary>Returns the name of a unit; null if there is no such unit.</summary>
    /// <param name="unit">The symbol. The case matters only where it distinguishes units.</param>
    /// <param name="isOne">Whether exactly one is meant.</param>
    public static string? Find(string unit, bool isOne)
    {
        string power = unit[^1] switch { '²' => "square ", '³' => "cubic ", _ => "" };
        string symbol = unit.TrimEnd('²', '³').Replace('μ', 'µ').Replace(".", "", StringComparison.Ordinal);
        symbol = new string([.. symbol.Where(c => !char.IsWhiteSpace(c))]);
        return Names.TryGetValue(symbol, out (string One, string Many) name) || AnyCase.TryGetValue(symbol.ToLowerInvariant(), out name)
            ? power + (isOne ? name.One : name.Many)
            : null;
    }
}
