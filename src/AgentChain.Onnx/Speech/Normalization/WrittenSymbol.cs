using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts the symbols that people say.</summary>
internal static partial class WrittenSymbol
{
    /// <summary>Replaces the symbols in a text.</summary>
    public static string Speak(string text) => WrittenText.Replace(Written(), text, match => Say(match.Value));

    [GeneratedRegex(
        """
          [&%+@=×÷±≈≤≥≠°§©²³∞√™®] | \#(?=\w) | (?<!\S)~(?=\w) | (?<=\s|\d)[<>]=?(?=\s|\d) | (?<=\w)\^(?=\w)
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Written();

    private static string Say(string symbol) => symbol switch
    {
        "&" => "and", "%" => "percent", "+" => "plus", "@" => "at", "=" => "equals", "×" => "times", "÷" => "divided by",
        "±" => "plus or minus",
        "≈" => "approximately", "~" => "about ", "≤" or "<=" => "less than or equal to", "≥" or ">=" => "greater than or equal to",
        "≠" => "not equal to",
        "<" => "less than", ">" => "greater than", "°" => "degrees", "§" => "section", "©" => "copyright", "²" => "squared",
        "³" => "cubed", "∞" => "infinity",
        "√" => "square root of ", "#" => "hashtag ", "^" => "to the power of", _ => "",
    };
}
