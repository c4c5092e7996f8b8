namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Replaces what a host's finder finds with placeholders, and what the rules of a <see cref="PiiRedactor"/> find in the rest of the text.
/// It reads and extends the same map as the redactor, so that <see cref="RedactionMemory"/> and <see cref="PlaceholderRestorer"/> work
/// with it. Stateless and thread-safe.
/// </summary>
/// <remarks>
/// Where the finder and the rules disagree about a position, the finder is right. For the finder alone, set
/// <see cref="PiiRedactorOptions.Rules"/> to <see langword="false"/> in the options of the redactor. Add the block with the option
/// <c>Redacts()</c>, like the redactor itself.
/// </remarks>
public sealed class RedactionBlock : IBlock<string, string>
{
    readonly IPersonalDataFinder _finder;
    readonly PiiRedactor _rules;

    /// <summary>Creates a block.</summary>
    /// <param name="finder">The host's finder. The caller disposes it after the chain, if necessary.</param>
    /// <param name="rules">The redactor whose rules and kinds apply, or <see langword="null"/> for one with default options.</param>
    /// <exception cref="ArgumentNullException">The finder is null.</exception>
    public RedactionBlock(IPersonalDataFinder finder, PiiRedactor? rules = null)
    {
        ArgumentNullException.ThrowIfNull(finder);
        (_finder, _rules) = (finder, rules ?? new PiiRedactor());
    }

    /// <summary>Redacts a text as a block of a chain.</summary>
    /// <param name="input">The text.</param>
    /// <param name="context">The context of the turn, which carries the map.</param>
    /// <param name="cancellationToken">The token that the finder observes.</param>
    /// <returns>The text with placeholders.</returns>
    /// <exception cref="InvalidOperationException">
    /// The finder returned null, an undefined kind, or a position outside of the text.
    /// </exception>
    public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        RedactionMap map = context.Get(RedactionMap.Key) ?? RedactionMap.Empty;
        IReadOnlyCollection<PersonalDataSpan> spans = await _finder.FindAsync(input, cancellationToken).ConfigureAwait(false);
        RedactedText redacted = _rules.Redact(input, map, Checked(spans, input, context.BlockName));
        context.Set(RedactionMap.Key, redacted.Map);
        return redacted.Text;
    }

    List<PersonalDataSpan> Checked(IReadOnlyCollection<PersonalDataSpan>? spans, string input, string block)
    {
        if (spans is null)
        {
            throw Wrong(block, "null. Return an empty collection if there is nothing to redact.");
        }

        List<PersonalDataSpan> checkedSpans = [];
        foreach (PersonalDataSpan span in spans)
        {
            if (!Enum.IsDefined(span.Kind))
            {
                string kinds = string.Join(", ", Enum.GetNames<PersonalDataKind>());
                throw Wrong(block, OptionCheck.Text($"the kind {(int)span.Kind}. Return one of {kinds}."));
            }

            if (span.Start < 0 || span.Length < 1 || span.Length > input.Length - span.Start)
            {
                throw Wrong(block, OptionCheck.Text(
                    $"the start {span.Start} and the length {span.Length} for a text of {input.Length} characters. Count in UTF-16 code units from 0, as string does."));
            }

            // A value needs digits if its kind is a number; without them, nothing there identifies a person.
            if (RedactionMap.Canonical(span.Kind, input.Substring(span.Start, span.Length)).Length > 0)
            {
                checkedSpans.Add(span);
            }
        }

        return Joined(checkedSpans);
    }

    /// <summary>
    /// Joins positions that overlap, so that nothing of any of them remains in the text. The kind is that of the first one returned.
    /// </summary>
    static List<PersonalDataSpan> Joined(List<PersonalDataSpan> spans)
    {
        List<PersonalDataSpan> joined = [];
        int first = 0;
        foreach ((int index, PersonalDataSpan span) in spans.Index().OrderBy(s => s.Item.Start))
        {
            if (joined.Count > 0 && joined[^1] is var last && span.Start < last.Start + last.Length)
            {
                int end = Math.Max(last.Start + last.Length, span.Start + span.Length);
                joined[^1] = new PersonalDataSpan(index < first ? span.Kind : last.Kind, last.Start, end - last.Start);
                first = Math.Min(first, index);
            }
            else
            {
                joined.Add(span);
                first = index;
            }
        }

        return joined;
    }

    InvalidOperationException Wrong(string block, string what) => new($"Block '{block}': {_finder.GetType().Name} returned {what}");
}
