namespace AgentChain.Blocks.Redaction;

/// <summary>Provides the options of a <see cref="PiiRedactor"/>. They are read once, when the redactor is created.</summary>
public sealed class PiiRedactorOptions
{
    /// <summary>
    /// Gets or sets the names that are replaced wherever they occur as whole words, in any case. Prefer full names: a single name that
    /// is also a word ("may", "grace") is replaced where it is used as a word, too.
    /// </summary>
    /// <value>Empty by default. Add the names of one conversation to its <see cref="RedactionMemory"/> instead.</value>
    public IEnumerable<string> Names { get; set; } = [];

    /// <summary>
    /// Gets or sets the given names that are recognized as names after words that do not always introduce a name ("this is maria",
    /// "i am maria").
    /// </summary>
    /// <value>Empty by default. They extend a built-in list of frequent names of many countries.</value>
    public IEnumerable<string> GivenNames { get; set; } = [];

    /// <summary>Gets or sets the kinds of personal data to replace.</summary>
    /// <value>All kinds by default.</value>
    public IEnumerable<PersonalDataKind> Kinds { get; set; } = Enum.GetValues<PersonalDataKind>();

    /// <summary>
    /// Gets or sets a value that specifies whether the built-in rules find personal data. Without them, only the values of the map,
    /// <see cref="Names"/>, and what the finder of a <see cref="RedactionBlock"/> finds are replaced.
    /// </summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Rules { get; set; } = true;
}
