using System.Collections.Frozen;

namespace AgentChain.Blocks.Sentences;

/// <summary>Determines whether a period belongs to an abbreviation. Words are passed without the period.</summary>
sealed class Abbreviations(IEnumerable<string> further)
{
    /// <summary>Abbreviations that are always followed by another word.</summary>
    static readonly string[] Leading =
    [
        "mr", "mrs", "ms", "messrs", "mme", "mlle", "dr", "prof", "st", "mt", "ft", "rev", "hon", "gen", "col", "capt", "lt", "sgt",
        "maj", "cpl",
        "cmdr", "adm", "supt", "insp", "atty", "gov", "sen", "rep", "pres", "e.g", "i.e", "eg", "ie", "vs", "cf", "viz", "approx", "ca",
        "incl", "excl",
        "esp", "fig", "figs", "eq", "eqs", "nos", "vol", "vols", "pp", "ext", "tel", "attn", "p.s", "n.b", "n°", "№", "rt", "pt", "mmes",
        // Titles and abbreviations of other languages that are no English words.
        "sra", "srta", "sres", "dra", "fr", "br", "frl", "sig", "dott", "dhr", "mevr", "av", "avda", "núm", "pág", "bzw", "evtl", "ggf",
        "inkl", "bijv", "z.b", "d.h", "u.a", "ул", "им", "пр", "стр", "т.е",
    ];

    /// <summary>
    /// Abbreviations that can also end a sentence; only a following capital letter shows it. Those that are also words are left out.
    /// </summary>
    static readonly FrozenSet<string> Either = Set(
        "a.m p.m etc inc ltd corp co jr sr dept est ave rd blvd apt ste bldg pkwy hwy sq jan feb apr jun jul " +
        "aug sep sept oct nov dec tue tues thu " +
        "thur thurs fri ph.d hr hrs mins secs yr yrs lb lbs oz misc al bros assn univ mfg govt");

    /// <summary>Abbreviations, some of which are also words, that do not end a sentence where a number follows.</summary>
    static readonly FrozenSet<string> BeforeNumber = Set(
        "no nr n p pg par sec ch art fig vol ver v mon tue tues wed thu thur thurs fri sat sun jan feb mar apr may " +
        "jun jul aug sep sept oct nov dec est apt " +
        "ste rm bldg max min tab thm lem def str");

    /// <summary>Abbreviations that are titles, as in "El Sr. López", unless what they follow shows something else.</summary>
    static readonly FrozenSet<string> Titles = Set("sr hr");

    /// <summary>Words before a title.</summary>
    static readonly FrozenSet<string> BeforeTitle = Set("el la o al del do der herr und y e a the");

    /// <summary>Words before an ordinal number such as "3." in a date.</summary>
    static readonly FrozenSet<string> BeforeDay = Set("am vom zum bis den der dem ab seit on the");

    /// <summary>Abbreviations of times, which can be followed by a day: "6 p.m. Tuesday".</summary>
    static readonly FrozenSet<string> Times = Set("a.m p.m");

    /// <summary>Abbreviations of eras after a year.</summary>
    static readonly FrozenSet<string> Eras = Set("b.c a.d b.c.e c.e");

    /// <summary>Abbreviations of days.</summary>
    static readonly FrozenSet<string> Days = Set("mon tue tues wed thu thur thurs fri sat sun");

    /// <summary>Words before a single letter that is a name of a thing, as in "plan B.", and not an initial.</summary>
    static readonly FrozenSet<string> BeforeLetter = Set(
        "a an plan vitamin vitamins grade grades type class option team letter letters hepatitis appendix " +
        "exhibit gate terminal room platform channel " +
        "section part group answer figure point column row drive block unit building wing model version line " +
        "zone tier level category variable size blood");

    readonly FrozenSet<string> _leading = Leading.Concat(further.Select(a => a.TrimEnd('.'))).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the period after a word never ends a sentence, as after a title.</summary>
    public bool NeverEnds(ReadOnlySpan<char> word) => _leading.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    /// <summary>Whether the period after a word ends a sentence only if a capital letter follows.</summary>
    public static bool MayEnd(ReadOnlySpan<char> word) => Either.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    /// <summary>Whether the period after a word does not end a sentence if a number follows.</summary>
    public static bool NumberMayFollow(ReadOnlySpan<char> word) => BeforeNumber.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    /// <summary>Whether a single letter after a word is not an initial.</summary>
    public static bool LetterMayFollow(ReadOnlySpan<char> word) => BeforeLetter.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    /// <summary>
    /// Whether a word before a name is a title: "sr" after nothing, an article or a word in lowercase, "hr" but for hours.
    /// </summary>
    public static bool IsTitle(ReadOnlySpan<char> word, ReadOnlySpan<char> before) =>
        Has(Titles, word) && (before.IsEmpty || Has(BeforeTitle, before) || char.IsLower(before[0]));

    /// <summary>Whether a number with a period after a word can be the day of a date, as in "am 3. Mai".</summary>
    public static bool IsDay(ReadOnlySpan<char> number, ReadOnlySpan<char> before) =>
        number.Length is 1 or 2 && char.IsAsciiDigit(number[0]) && char.IsAsciiDigit(number[^1]) && Has(BeforeDay, before);

    public static bool IsTime(ReadOnlySpan<char> word) => Has(Times, word);

    public static bool IsEra(ReadOnlySpan<char> word, ReadOnlySpan<char> before) =>
        Has(Eras, word) && before.Length > 0 && char.IsDigit(before[0]);

    public static bool IsDayOfWeek(ReadOnlySpan<char> word) => Has(Days, word);

    /// <summary>Whether a word consists of single letters with periods between them, such as "U.S" or "J.R.R".</summary>
    public static bool IsDotted(ReadOnlySpan<char> word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsLetter(word[i]) : word[i] != '.')
            {
                return false;
            }
        }

        return word.Length >= 3 && word.Length % 2 == 1;
    }

    static bool Has(FrozenSet<string> set, ReadOnlySpan<char> word) => set.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
