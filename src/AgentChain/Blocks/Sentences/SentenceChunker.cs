namespace AgentChain.Blocks.Sentences;

/// <summary>
/// Regroups a stream of text pieces (a language model's tokens) into sentences. Each sentence is emitted as soon as its end is known, so
/// that it can be spoken while the next one is generated. Stateless between streams and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A sentence ends after <c>.</c>, <c>!</c>, <c>?</c> (and their full-width forms) and any closing quotes and brackets, once white
/// space follows. A line break always ends it. These periods do not end a sentence: inside a number or an address, after an
/// abbreviation, an initial or the number of a list item, in an ellipsis, and inside an open bracket. In text with capitals, the next
/// sentence must not begin with a lowercase letter, so the chunker waits for the next letter. It does not wait in all-lowercase text,
/// as speech models write it. The remaining text is emitted when the stream ends.
/// </para>
/// <para>White space around sentences is trimmed. The text is not changed otherwise.</para>
/// </remarks>
public sealed class SentenceChunker : IRegroupBlock<string, string>
{
    readonly int _maxLength;
    readonly Abbreviations _abbreviations;

    /// <summary>Creates a chunker.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SentenceChunkerOptions.MaxLength"/> is less than 8.</exception>
    public SentenceChunker(SentenceChunkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _maxLength = OptionCheck.AtLeast(options.MaxLength, 8, "SentenceChunkerOptions.MaxLength");
        _abbreviations = new Abbreviations(OptionCheck.NoBlanks(options.Abbreviations, "SentenceChunkerOptions.Abbreviations"));
    }

    /// <summary>Gets the chunker with default options.</summary>
    public static SentenceChunker Default { get; } = new(new SentenceChunkerOptions());

    /// <inheritdoc/>
    public IRegrouper<string, string> Begin(BlockContext context) => Begin();

    /// <summary>Begins a stream outside a chain.</summary>
    /// <returns>The regrouper for that stream.</returns>
    public IRegrouper<string, string> Begin() => new SentenceStream(_abbreviations, _maxLength);
}
