using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts Roman numerals: "Chapter IV", "World War II", "Henry VIII".</summary>
internal static partial class RomanNumerals
{
    private static readonly string[] Parts =
    [
        "chapter", "part", "section", "volume", "vol", "act", "scene", "book", "phase", "type", "class", "level", "stage", "title",
        "article", "appendix", "figure",
        "table", "bowl", "war", "episode", "season", "round", "unit", "grade", "division", "tier", "schedule", "exhibit", "amendment",
        "mark", "group", "step",
    ];

    private static readonly string[] Rulers =
    [
        "henry", "elizabeth", "louis", "george", "charles", "edward", "william", "james", "richard", "mary", "paul", "pius", "benedict",
        "francis", "philip", "catherine",
        "napoleon", "alexander", "nicholas", "leo", "gregory", "innocent", "clement", "urban", "ramses", "ptolemy", "frederick", "wilhelm",
        "peter", "ivan", "felipe",
        "juan", "carlos", "margaret", "anne", "john", "otto", "harald", "olaf", "christian", "gustav", "sixtus", "julius", "boniface",
        "darius", "xerxes", "robert",
    ];

    /// <summary>Replaces the numerals in a text. "I" is a numeral only after a word such as "Chapter" or a ruler's name.</summary>
    public static string Speak(string text) => WrittenText.Replace(Written(), text, match => Say(text, match));

    [GeneratedRegex(@"(?<![\w.'’-])(?:(?<before>\p{L}{1,24})(?<space>\s))?(?<numeral>[IVX]{1,6}|[XLC][IVXLC]{1,7})(?![\w'’-]|\.\w)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();

    private static string? Say(string text, Match match)
    {
        string numeral = match.Groups["numeral"].Value, before = match.Groups["before"].Value;
        int value = Value(numeral);
        if (value == 0)
        {
            return null;
        }

        string name = before.ToLowerInvariant(), head = before + match.Groups["space"].Value;
        bool isName = before.Length > 0 && char.IsUpper(before[0]);
        string after = WrittenText.WordAfter(text, match.Index + match.Length);
        if (isName && Rulers.Contains(name) && (numeral.Length > 1 || after is "" or "of" or "was" or "had" or "died" or "ruled" or "and"))
        {
            return head + "the " + NumberWords.Ordinal(value);
        }

        bool isPart = Parts.Contains(name) && (isName || numeral.Length > 1);
        return isPart
            || (numeral.Length > 1 && (numeral.Length > 2 || numeral is "II" or "IX" || isName)
            && numeral.All(c => c is 'I' or 'V' or 'X')) ? head + NumberWords.Cardinal(value) : null;
    }

    // 0 for letters that are no well-formed numeral.
    private static int Value(string numeral)
    {
        int value = 0;
        for (int i = 0; i < numeral.Length; i++)
        {
            int one = Letter(numeral[i]);
            value += i + 1 < numeral.Length && one < Letter(numeral[i + 1]) ? -one : one;
        }

        return value > 0 && Write(value) == numeral ? value : 0;
    }

    private static int Letter(char letter) => letter switch { 'I' => 1, 'V' => 5, 'X' => 10, 'L' => 50, _ => 100 };

    private static string Write(int value)
    {
        string numeral = "";
        foreach ((int size, string letters) in ((int, string)[])[(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
            (5, "V"), (4, "IV"), (1, "I")])
        {
            for (; value >= size; value -= size)
            {
                numeral += letters;
            }
        }

        return numeral;
    }
}
