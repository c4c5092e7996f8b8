using System.Collections.Frozen;
using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Replaces personal data by placeholders such as <c>[name_1]</c>, before a model sees the text: card numbers (13 to 19 digits that
/// pass the Luhn check, and short forms such as "card ending in 4821"), account and telephone numbers, e-mail addresses, names
/// that are known or introduced ("my name is maria lopez"), and every value that the map knows already. Stateless and safe for
/// use by many turns at once.
/// </summary>
/// <remarks>
/// As a block it begins with the map that a block upstream carries under <see cref="RedactionMap.Key"/>, or with an empty one, and carries
/// the grown map on. It keeps nothing itself, so callers that share it never see each other's values;
/// <see cref="PlaceholderRestorer"/> puts the values back. Add it with the option <c>Redacts()</c>, so that Build knows. It works on
/// patterns, in English, for written text and for a recognizer's lower-case text with digits: it finds what people usually say to a
/// service line, not everything a person could give away. Sums of money are left alone, and so is what already looks like a placeholder.
/// </remarks>
/// <example>
/// A chain serves many callers at once, so the map of each comes in with his question. The facts of his account go in first, so that his
/// name is <c>[name_1]</c>, and his memory keeps what each turn finds for the next:
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
    readonly NameFinder _names;
    readonly FrozenSet<PersonalDataKind> _kinds;

    /// <summary>Creates a redactor.</summary>
    /// <param name="options">What it knows beforehand.</param>
    public PiiRedactor(PiiRedactorOptions? options = null)
    {
        options ??= new PiiRedactorOptions();
        _names = new NameFinder(
            OptionCheck.NoBlanks(options.Names, "PiiRedactorOptions.Names"), OptionCheck.NoBlanks(options.GivenNames, "PiiRedactorOptions.GivenNames"));
        _kinds = OptionCheck.NotNull(options.Kinds, "PiiRedactorOptions.Kinds").Select(k => OptionCheck.Defined(k, "PiiRedactorOptions.Kinds")).ToFrozenSet();
    }

    /// <summary>Redacts a text as a block of a chain.</summary>
    /// <param name="input">The text.</param>
    /// <param name="context">The turn, which carries the map.</param>
    /// <returns>The text with placeholders.</returns>
    public string Invoke(string input, BlockContext context)
    {
        RedactedText redacted = Redact(input, context.Get(RedactionMap.Key));
        context.Carry(RedactionMap.Key, redacted.Map);
        return redacted.Text;
    }

    /// <summary>Redacts a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="map">What the conversation knows so far; <see langword="null"/> for nothing.</param>
    /// <returns>The text with placeholders, numbered in order of appearance, and the grown map.</returns>
    public RedactedText Redact(string text, RedactionMap? map = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        map ??= RedactionMap.Empty;
        var found = new Findings(text);
        KnownValues.Find(text, map, found);
        NumberFinder.Find(text, found);
        _names.Find(text, found);

        var redacted = new StringBuilder(text.Length);
        int end = 0;
        foreach (Finding finding in found.InOrder())
        {
            if (_kinds.Contains(finding.Kind))
            {
                map = map.Add(finding.Kind, finding.Of(text), out string placeholder);
                redacted.Append(text, end, finding.Start - end).Append(placeholder);
                end = finding.End;
            }
        }

        return new(end == 0 ? text : redacted.Append(text, end, text.Length - end).ToString(), map);
    }
}
