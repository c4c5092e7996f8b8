using System.Text;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts e-mail and web addresses: "john.doe@example.com", "https://www.example.com/help".</summary>
internal static partial class WrittenAddress
{
    /// <summary>Replaces the addresses in a text.</summary>
    public static string Speak(string text) =>
        text.Contains("://", StringComparison.Ordinal) || Domain().IsMatch(text)
            ? WrittenText.Replace(Written(), text, match => Say(match.Value)) : text;

    [GeneratedRegex(@"[a-z0-9]\.[a-z]{2,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Domain();

    [GeneratedRegex(
        """
          (?<![\w@.+-])(?:https?|ftp)://[^\s<>"'()]{1,2000}(?<![.,;:!?])
        | (?<![\w@.+%-])(?:[a-z0-9_%+-]{1,64}(?:\.[a-z0-9_%+-]{1,64}){0,6}@)?(?:[a-z0-9-]{1,63}\.){1,6}(?:com|org|net|edu|gov|mil|io|co|uk|us|de|fr|eu|ca|au|ai|dev|app|info|biz|tv|me|ch|nl|jp|nz|ie|br|xyz|shop|online|site|tech|cloud)(?![\w@-]|\.[a-z])(?:/[\w./%&?=#+~-]{0,2000}(?<![.,;:!?]))?
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Written();

    private static string Say(string address)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        string rest = (scheme < 0 ? address : address[(scheme + 3)..]).TrimEnd('/');
        StringBuilder said = new();
        for (int at = 0; at < rest.Length;)
        {
            int end = at;
            while (end < rest.Length && char.IsAsciiLetterOrDigit(rest[end]))
            {
                end++;
            }

            string part = end > at ? Word(rest[at..end]) : Sign(rest[at]);
            at = Math.Max(end, at + 1);
            said.Append(said.Length > 0 && part.Length > 0 ? " " : "").Append(part);
        }

        return said.ToString();
    }

    private static string Word(string word) => word.Equals("www", StringComparison.OrdinalIgnoreCase) ? "w w w" : word;

    private static string Sign(char sign) => sign switch
    {
        '.' => "dot", '@' => "at", '/' => "slash", '-' => "dash", '_' => "underscore", '?' => "question mark", '=' => "equals",
        '&' => "and",
        '#' => "hash", ':' => "colon", '~' => "tilde", '%' => "percent", '+' => "plus", _ => "",
    };
}
