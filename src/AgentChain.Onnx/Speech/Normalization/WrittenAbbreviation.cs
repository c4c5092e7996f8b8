using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Expands abbreviations: "Dr. Smith", "Main St.", "e.g.", "No. 5", "the U.S. team".</summary>
internal static partial class WrittenAbbreviation
{
    private static readonly FrozenDictionary<string, string> Titles = new Dictionary<string, string>
    {
        ["Mr"] = "Mister", ["Mrs"] = "Missus", ["Ms"] = "Miss", ["Dr"] = "Doctor", ["Prof"] = "Professor", ["Gen"] = "General",
        ["Sgt"] = "Sergeant",
        ["Capt"] = "Captain", ["Lt"] = "Lieutenant", ["Col"] = "Colonel", ["Rev"] = "Reverend", ["Hon"] = "Honorable",
        ["Gov"] = "Governor", ["Sen"] = "Senator",
        ["Rep"] = "Representative", ["Pres"] = "President", ["Mt"] = "Mount", ["Ft"] = "Fort",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Streets = new Dictionary<string, string>
    {
        ["St"] = "Street", ["Ave"] = "Avenue", ["Blvd"] = "Boulevard", ["Rd"] = "Road", ["Ln"] = "Lane", ["Dr"] = "Drive",
        ["Hwy"] = "Highway", ["Pkwy"] = "Parkway",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Words whose period is never the end of a sentence, and after the empty entry words whose period can be.
    private static readonly FrozenDictionary<string, string> Inside = new Dictionary<string, string>
    {
        ["vs"] = "versus", ["e.g"] = "for example", ["i.e"] = "that is", ["approx"] = "approximately", ["a.k.a"] = "also known as",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Final = new Dictionary<string, string>
    {
        ["etc"] = "et cetera", ["Inc"] = "Incorporated", ["Ltd"] = "Limited", ["Corp"] = "Corporation", ["Co"] = "Company",
        ["Jr"] = "Junior", ["Sr"] = "Senior",
        ["dept"] = "department", ["Dept"] = "Department", ["appt"] = "appointment", ["Jan"] = "January", ["Feb"] = "February",
        ["Aug"] = "August", ["Sept"] = "September",
        ["Oct"] = "October", ["Nov"] = "November", ["Dec"] = "December", ["Mon"] = "Monday", ["Tues"] = "Tuesday", ["Tue"] = "Tuesday",
        ["Thurs"] = "Thursday", ["Fri"] = "Friday",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> BeforeNumbers = new Dictionary<string, string>
    {
        ["no"] = "number", ["nos"] = "numbers", ["fig"] = "figure", ["vol"] = "volume", ["ch"] = "chapter", ["p"] = "page",
        ["pp"] = "pages", ["apt"] = "apartment",
        ["ext"] = "extension", ["sec"] = "section", ["ver"] = "version", ["rm"] = "room", ["ste"] = "suite", ["est"] = "established",
        ["approx"] = "approximately", ["c"] = "circa",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Expands the abbreviations in a text.</summary>
    public static string Speak(string text)
    {
        text = WrittenText.Replace(Numbered(), text, match => Cased(BeforeNumbers[match.Groups["short"].Value], match.Value) + " ");
        text = WrittenText.Replace(Street(), text, match => SayStreet(text, match));
        text = WrittenText.Replace(Title(), text, match => match.Groups["short"].Value is var title && title == "St" ? "Saint"
            : Titles[title]);
        text = WrittenText.Replace(Short(), text, match => SayShort(text, match));
        text = WrittenText.Replace(Initials(), text, match => SayInitials(text, match));
        return WrittenText.Replace(With(), text, match => match.Groups["out"].Success ? "without" : "with");
    }

    [GeneratedRegex(@"(?<![\w.])(?<short>[Nn]os?|[Ff]ig|[Vv]ol|[Cc]h|pp?|[Aa]pt|[Ee]xt|[Ss]ec|[Vv]er|[Rr]m|[Ss]te|[Ee]st|[Aa]pprox|c)\.\s?(?=\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Numbered();

    [GeneratedRegex(
        @"(?<=(?:(?<number>\b\d{1,6}\s)|\b)(?:[A-Z][a-z']{1,24}|\d{1,4}(?:st|nd|rd|th))\s)(?<short>St|Ave|Blvd|Rd|Ln|Dr|Hwy|Pkwy)\b(?<dot>\.)?(?<capital>\s{1,4}[A-Z])?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Street();

    [GeneratedRegex(@"\b(?:(?<short>Mrs?|Ms|Prof)\.(?=\s)|(?:(?<short>Mrs?|Ms|Dr|Prof|St)\.?|(?<short>Gen|Sgt|Capt|Lt|Col|Rev|Hon|Gov|Sen|Rep|Pres|Mt|Ft)\.)(?=\s[A-Z]))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Title();

    [GeneratedRegex(
        @"(?<![\w.])(?:(?<inside>[Vv]s|[Ee]\.g|[Ii]\.e|[Aa]pprox|[Aa]\.k\.a)\.|(?<final>etc|Inc|Ltd|Corp|Co|Jr|Sr|[Dd]ept|appt|Jan|Feb|Aug|Sept|Oct|Nov|Dec|Mon|Tues?|Thurs|Fri)\.)(?!\w)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Short();

    [GeneratedRegex(@"(?<![\w.])(?:[A-Z]\.){2,8}(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Initials();

    [GeneratedRegex(@"(?<!\S)w/(?:(?<out>o)(?!\w)|(?=\s[a-z])|(?=[A-Za-z]{2}))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex With();

    // "12 Main St. Springfield" is a street, "the Great St. Bernard" a saint.
    private static string? SayStreet(string text, Match match)
    {
        Group capital = match.Groups["capital"];
        string name = match.Groups["short"].Value;
        bool isTitle = name is "St" or "Dr" && capital.Success && !match.Groups["number"].Success
            && !char.IsAsciiDigit(WrittenText.WordsBefore(text, match.Index) is [var before, ..] ? before[0] : 'x');
        if (isTitle)
        {
            return null;
        }

        bool ends = match.Groups["dot"].Success && WrittenText.EndsSentence(text, match.Groups["dot"].Index + 1);
        return Streets[name] + (ends ? "." : "") + capital.Value;
    }

    private static string SayShort(string text, Match match)
    {
        if (match.Groups["inside"].Success)
        {
            return Cased(Inside[match.Groups["inside"].Value], match.Value);
        }

        return Final[match.Groups["final"].Value] + (WrittenText.EndsSentence(text, match.Index + match.Length) ? "." : "");
    }

    private static string SayInitials(string text, Match match) =>
        match.Value.TrimEnd('.').Replace('.', ' ') + (WrittenText.EndsSentence(text, match.Index + match.Length)
            && text.AsSpan(match.Index + match.Length).Trim().IsEmpty ? "." : "");

    private static string Cased(string word, string like) => char.IsUpper(like[0]) ? char.ToUpperInvariant(word[0]) + word[1..] : word;
}
