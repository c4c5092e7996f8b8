namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Finds personal data in a text by means of the host's own: a model, a server such as Presidio, or rules for another country. A
/// <see cref="RedactionBlock"/> replaces what it finds.
/// </summary>
/// <remarks>
/// One instance serves many turns concurrently, so it must be thread-safe. It sees the text before redaction: a finder that sends it out of
/// the process hands personal data to whoever receives it. An exception ends the turn as Failed, and nothing reaches the downstream blocks.
/// A finder should be deterministic, so that equal texts have equal redacted texts, and early work on a hypothesis can be kept.
/// </remarks>
/// <example>
/// <code>
/// sealed class BadgeFinder : IPersonalDataFinder
/// {
///     public ValueTask&lt;IReadOnlyCollection&lt;PersonalDataSpan&gt;&gt; FindAsync(string text, CancellationToken cancellationToken)
///     {
///         int at = text.IndexOf("badge ", StringComparison.OrdinalIgnoreCase);
///         return new(at &lt; 0 || at + 10 &gt; text.Length ? [] : [new PersonalDataSpan(PersonalDataKind.Account, at + 6, 4)]);
///     }
/// }
///
/// chain.Then("redact", new RedactionBlock(new BadgeFinder()), o => o.Redacts())
/// </code>
/// </example>
public interface IPersonalDataFinder
{
    /// <summary>Finds personal data.</summary>
    /// <param name="text">The text before redaction. It can contain placeholders of earlier redactions, such as <c>[name_1]</c>.</param>
    /// <param name="cancellationToken">The token that is canceled when the turn ends or the block's budget runs out.</param>
    /// <returns>
    /// The positions, in any order. Positions that overlap become one, of the kind of the first. Empty if there are none; not null.
    /// </returns>
    ValueTask<IReadOnlyCollection<PersonalDataSpan>> FindAsync(string text, CancellationToken cancellationToken);
}
