namespace AgentChain.Blocks.Redaction;

/// <summary>What a <see cref="PiiRedactor"/> knows beforehand. Read once, when it is made.</summary>
public sealed class PiiRedactorOptions
{
    /// <summary>
    /// Gets or sets names that are replaced wherever they occur as whole words, whatever their case. Full names are safe; single
    /// names that are also words ("may", "grace") are replaced there too.
    /// </summary>
    /// <value>None by default. Names of one conversation are better added to its <see cref="RedactionMemory"/>.</value>
    public IEnumerable<string> Names { get; set; } = [];

    /// <summary>
    /// Gets or sets given names, which make it certain that a name follows after words that need not introduce one ("this is
    /// maria", "i am maria").
    /// </summary>
    /// <value>None by default; then such words introduce a name when two words follow that are none of the common ones, or capitals.</value>
    public IEnumerable<string> GivenNames { get; set; } = [];

    /// <summary>Gets or sets the kinds that are replaced.</summary>
    /// <value>All by default.</value>
    public IEnumerable<PersonalDataKind> Kinds { get; set; } = Enum.GetValues<PersonalDataKind>();
}
