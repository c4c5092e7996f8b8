using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts telephone, card and other numbers in groups to single digits with a pause between the groups.</summary>
internal static partial class WrittenPhone
{
    /// <summary>Replaces the numbers in a text.</summary>
    public static string Speak(string text)
    {
        text = WrittenText.Replace(International(), text, match => "plus " + Groups(match.Value));
        text = WrittenText.Replace(National(), text, match => Groups(match.Value));
        text = WrittenText.Replace(Vanity(), text, match => "one " + (match.Value[2] == '8' ? "eight" : "nine") + " hundred ");
        text = WrittenText.Replace(Card(), text, match => Groups(match.Value));
        return WrittenText.Replace(Dashed(), text, match => SayDashed(match.Value));
    }

    [GeneratedRegex(@"(?<![\w.])\+\d{1,3}(?:[-. ]?\(?\d{1,12}\)?){1,6}(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex International();

    [GeneratedRegex(@"(?<![\w.,-])(?:1[-. ])?(?:\(\d{3}\)[-. ]?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-]|[.,]\d)", RegexOptions.CultureInvariant)]
    private static partial Regex National();

    [GeneratedRegex(@"(?<![\w-])1-(?:8(?:00|33|44|55|66|77|88)|900)-(?=[A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex Vanity();

    [GeneratedRegex(@"(?<![\w.,-])\d{4}(?: \d{4}){2,4}(?![\w-]|[.,]\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Card();

    [GeneratedRegex(@"(?<![\w.,-])\d{1,12}(?:-\d{1,12}){1,12}(?![\w-]|[.,]\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Dashed();

    // Two groups are a range ("10-12") unless they have the lengths of a telephone number or a postal code.
    private static string? SayDashed(string number)
    {
        int[] lengths = [.. number.Split('-').Select(group => group.Length)];
        return lengths is not [_, _] or [3, 4] or [5, 4] || number[0] == '0' ? Groups(number) : null;
    }

    private static string Groups(string number)
    {
        string[] groups = number.Split(['+', '-', '.', ' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(", ", groups.Select((group, i) => group is "800" or "900" && i < 2 && groups.Length > 2
            ? (group[0] == '8' ? "eight" : "nine") + " hundred" : NumberWords.Digits(group)));
    }
}
