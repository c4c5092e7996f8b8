using System.Collections.Frozen;
using System.Globalization;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts between numbers and their English words.</summary>
/// <remarks>Humanizer.Core 3.0.10 was measured first: of 200,000 random numbers it says a third as needed here, because it adds "and"
/// inside
/// the groups of large numbers even without <c>addAnd</c>, and its ordinal 100 is "hundredth". It has no parser that finds numbers in a
/// text.</remarks>
internal static class NumberWords
{
    private static readonly string[] Ones = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    private static readonly string[] Teens =
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly (long Value, string Word)[] Scales =
        [(1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred")];

    private static readonly string[] IrregularOrdinals =
        ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];

    private static readonly FrozenDictionary<string, int> Values = Lookup();

    private static readonly FrozenDictionary<string, long> ScaleValues =
        Scales.ToFrozenDictionary(scale => scale.Word, scale => scale.Value, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Ordinals = CardinalsOfOrdinals();

    public static IReadOnlyList<string> Months { get; } =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    /// <summary>Whether the word is the name of a month, ignoring case.</summary>
    public static bool IsMonth(string word) => Months.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the value of a word from "zero" to "nineteen" or "twenty" to "ninety"; -1 for any other.</summary>
    public static int Below100(string word) => Values.GetValueOrDefault(word, -1);

    /// <summary>Returns the value of "hundred" to "trillion"; 0 for any other word.</summary>
    public static long Scale(string word) => ScaleValues.GetValueOrDefault(word);

    /// <summary>Whether a word is "hundred" to "trillion".</summary>
    public static bool IsScale(string word) => Scale(word) > 0;

    /// <summary>Returns the value of "twenties" to "nineties", "tens" or "hundreds", as in "nineteen nineties"; -1 for any other
    /// word.</summary>
    public static int Decade(string word) => word switch
    {
        "hundreds" => 0,
        "tens" => 10,
        _ => word.EndsWith("ies", StringComparison.Ordinal) ? Below100(word[..^3] + "y") : -1,
    };

    /// <summary>Returns the cardinal of one ordinal word: "one" of "first", "twenty" of "twentieth"; null for any other word.</summary>
    public static string? CardinalOfOrdinal(string word) => Ordinals.GetValueOrDefault(word);

    /// <summary>Whether a word in lower case can be part of a number that is written with hyphens, as in "twenty-one".</summary>
    public static bool IsPart(string word) =>
        Below100(word) >= 0 || Scale(word) > 0 || word is "oh" or "o" or "double" or "triple" or "and" or "half" or "quarter" or "quarters"
            || CardinalOfOrdinal(word) is not null
        || (word.Length > 1 && word[^1] == 's' && CardinalOfOrdinal(word[..^1]) is not null);

    /// <summary>Returns a number as words without "and": 1234 is "one thousand two hundred thirty four".</summary>
    /// <param name="number">The number; its magnitude is less than a million trillion.</param>
    public static string Cardinal(long number)
    {
        if (number < 0)
        {
            return "minus " + Cardinal(-number);
        }

        if (number < 100)
        {
            return number < 10 ? Ones[number] : number < 20 ? Teens[number - 10]
                : Tens[number / 10 - 2] + (number % 10 == 0 ? "" : " " + Ones[number % 10]);
        }

        (long value, string word) = Scales.First(scale => scale.Value <= number);
        return Cardinal(number / value) + " " + word + (number % value == 0 ? "" : " " + Cardinal(number % value));
    }

    /// <summary>Returns a number as ordinal words: 21 is "twenty first".</summary>
    public static string Ordinal(long number)
    {
        string cardinal = Cardinal(number);
        int last = cardinal.LastIndexOf(' ') + 1;
        return cardinal[..last] + OrdinalOf(cardinal[last..]);
    }

    /// <summary>Returns every digit as a word: "405" is "four zero five".</summary>
    public static string Digits(ReadOnlySpan<char> digits)
    {
        List<string> words = new(digits.Length);
        foreach (char digit in digits)
        {
            words.Add(Ones[digit - '0']);
        }

        return string.Join(' ', words);
    }

    /// <summary>Returns a year as people say it: 2026 is "twenty twenty six", 2005 "two thousand five", 1900 "nineteen hundred".</summary>
    public static string Year(int year) => year switch
    {
        >= 2000 and < 2010 or < 1000 or > 9999 => Cardinal(year),
        _ when year % 100 == 0 => year % 1000 == 0 ? Cardinal(year) : Cardinal(year / 100) + " hundred",
        _ => Cardinal(year / 100) + " " + (year % 100 < 10 ? "oh " : "") + Cardinal(year % 100),
    };

    public static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string OrdinalOf(string word) => Below100(word) switch
    {
        >= 0 and <= 12 and var irregular => IrregularOrdinals[irregular],
        >= 20 => word[..^1] + "ieth",
        _ => word + "th",
    };

    private static FrozenDictionary<string, string> CardinalsOfOrdinals() =>
        Ones.Skip(1).Concat(Teens).Concat(Tens).Concat(Scales.Select(scale => scale.Word)).ToFrozenDictionary(OrdinalOf, word => word,
            StringComparer.Ordinal);

    private static FrozenDictionary<string, int> Lookup()
    {
        Dictionary<string, int> values = new(StringComparer.Ordinal);
        for (int i = 0; i < 10; i++)
        {
            values.Add(Ones[i], i);
            values.Add(Teens[i], 10 + i);
            if (i < Tens.Length)
            {
                values.Add(Tens[i], 20 + 10 * i);
            }
        }

        return values.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
