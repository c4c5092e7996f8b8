namespace AgentChain.Blocks.Sentences;

/// <summary>Provides the options of a <see cref="SentenceChunker"/>. They are read once, when the chunker is created.</summary>
public sealed class SentenceChunkerOptions
{
    /// <summary>
    /// Gets or sets the maximum length of a sentence in characters. A longer sentence is cut after a comma or a similar mark, or else at a
    /// space. Closing marks and a few emoji after its end are not counted.
    /// </summary>
    /// <value>At least 8. The default is 240.</value>
    public int MaxLength { get; set; } = 240;

    /// <summary>
    /// Gets or sets additional abbreviations whose period never ends a sentence. They extend the built-in English list.
    /// </summary>
    /// <value>Abbreviations with or without their last period; case-insensitive. Empty by default.</value>
    public IEnumerable<string> Abbreviations { get; set; } = [];
}
