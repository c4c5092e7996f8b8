using System.Collections.Frozen;
using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Replaces personal data with placeholders such as <c>[name_1]</c> before a model sees the text: card numbers (by check digit, first
/// digits and grouping, and short forms such as "card ending in 4821"), account, social security, bank account (IBAN) and telephone
/// numbers, e-mail addresses as written and as said, names that are known or introduced ("my name is maria lopez"), and every value that
/// the map already contains. Stateless and thread-safe.
/// </summary>
/// <remarks>
/// As a block, it starts with the map that an upstream block carries under <see cref="RedactionMap.Key"/>, or with an empty one, and
/// carries the extended map downstream. It keeps no values itself, so callers that share it never see each other's values.
/// <see cref="PlaceholderRestorer"/> puts the values back. Add it with the option <c>Redacts()</c>, so that Build can reject upstream
/// blocks that send their input out. It matches English patterns in written text, and in a recognizer's text with digits or with
/// numbers in words. It finds the personal data that people usually give on a service line, not all personal data: a host with higher
/// demands puts its own finder in place with a <see cref="RedactionBlock"/>. It does not change amounts of money and existing placeholders.
/// <para>
/// Digits can be of any script. Any string is accepted, and the time is proportional to its length. Restoring a redacted text gives the
/// original, except that a value that occurs in two spellings is restored in the first. Redacting a redacted text changes nothing.
/// </para>
/// </remarks>
/// <example>
/// A chain serves many callers at once, so each caller's map comes in with the question. Add the facts of the account first, so that the
/// caller's name is <c>[name_1]</c>. The memory keeps the findings of each turn for the next:
/// <code>
/// sealed record Question(string Text, RedactionMemory Memory);
///
/// Chain.From&lt;Question&gt;("voice")
///     .Tap("known", (question, context) => question.Memory.Carry(context))
///     .Then("text", question => question.Text)
///     .Then("redact", new PiiRedactor(), o => o.Redacts())
///     .Tap("learned", (_, context) => RedactionMemory.Learn(context))
///     .Stream("respond", languageModel)
///     .Regroup("restore", new PlaceholderRestorer())
///
/// // For each call:
/// var memory = new RedactionMemory(RedactionMap.Empty.Add(PersonalDataKind.Name, account.Customer, out string customer));
/// await using Turn&lt;string&gt; turn = chain.Start(new Question(text, memory));
/// </code>
/// </example>
public sealed class PiiRedactor : ISyncBlock<string, string>
{
    const int MostRounds = 8;

    readonly NameFinder _names;
    readonly bool _rules;
    readonly FrozenSet<PersonalDataKind> _kinds;

    /// <summary>Creates a redactor.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    public PiiRedactor(PiiRedactorOptions? options = null)
    {
        options ??= new PiiRedactorOptions();
        _names = new NameFinder(
            OptionCheck.NoBlanks(options.Names, "PiiRedactorOptions.Names"),
                OptionCheck.NoBlanks(options.GivenNames, "PiiRedactorOptions.GivenNames"));
        _rules = options.Rules;
        _kinds = OptionCheck.NotNull(options.Kinds, "PiiRedactorOptions.Kinds").Select(k =>
            OptionCheck.Defined(k, "PiiRedactorOptions.Kinds")).ToFrozenSet();
    }

    /// <summary>Redacts a text as a block of a chain.</summary>
    /// <param name="input">The text.</param>
    /// <param name="context">The context of the turn, which carries the map.</param>
    /// <returns>The text with placeholders.</returns>
    public string Invoke(string input, BlockContext context)
    {
        RedactedText redacted = Redact(input, context.Get(RedactionMap.Key));
        context.Set(RedactionMap.Key, redacted.Map);
        return redacted.Text;
    }

    /// <summary>Redacts a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="map">The map of the conversation so far, or <see langword="null"/> for an empty map.</param>
    /// <returns>The text with placeholders, numbered in order of appearance, and the extended map.</returns>
    public RedactedText Redact(string text, RedactionMap? map = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Redact(text, map ?? RedactionMap.Empty, []);
    }

    /// <summary>Redacts a text in which something else has already found personal data.</summary>
    internal RedactedText Redact(string text, RedactionMap map, IReadOnlyCollection<PersonalDataSpan> known)
    {
        HashSet<string>? reserved = null;
        string current = text;

        // What is found in one round can be known in the next, and a number that is found can make its neighbors clear.
        for (int round = 0; round < MostRounds; round++)
        {
            var tokens = new TokenizedText(current);
            reserved ??= [.. tokens.Placeholders()];
            Finding[] findings = [.. Find(tokens, map, round == 0 ? known : []).InOrder().Where(f => _kinds.Contains(f.Kind))];
            if (findings.Length == 0)
            {
                break;
            }

            var redacted = new StringBuilder(current.Length);
            int end = 0;
            foreach (Finding finding in findings)
            {
                map = map.Add(finding.Kind, finding.Of(current), reserved, out string placeholder);
                redacted.Append(current, end, finding.Start - end).Append(placeholder);
                end = finding.End;
            }

            current = redacted.Append(current, end, current.Length - end).ToString();
        }

        return new(current, map);
    }

    Findings Find(TokenizedText text, RedactionMap map, IReadOnlyCollection<PersonalDataSpan> known)
    {
        var found = new Findings(text.Text);
        foreach (PersonalDataSpan span in known)
        {
            found.Add(span.Kind, span.Start, span.Start + span.Length);
        }

        KnownValues.Find(text, map, found);
        _names.FindListed(text, found);
        if (_rules)
        {
            EmailFinder.Find(text, found);
            NumberFinder.Find(text, found);
            _names.FindIntroduced(text, found);
        }

        return found;
    }
}
