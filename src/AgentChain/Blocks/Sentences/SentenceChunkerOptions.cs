namespace AgentChain.Blocks.Sentences;

/// <summary>How a <see cref="SentenceChunker"/> cuts. Read once, when it is made.</summary>
public sealed class SentenceChunkerOptions
{
    /// <summary>Gets or sets the most characters a piece may have; a longer sentence is cut behind a comma, or else at a space.</summary>
    /// <value>240 by default; at least 8.</value>
    public int MaxLength { get; set; } = 240;

    /// <summary>Gets or sets abbreviations, besides the built-in English ones, whose full stop ends no sentence; without that stop.</summary>
    /// <value>None by default. Case does not matter.</value>
    public IEnumerable<string> Abbreviations { get; set; } = [];
}
