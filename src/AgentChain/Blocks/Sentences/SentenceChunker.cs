namespace AgentChain.Blocks.Sentences;

/// <summary>
/// Regroups a stream of text pieces (a language model's tokens) into sentences, each as soon as it is certain that it ended, so that
/// it can be spoken while the next is being generated. Stateless between streams and safe for use by many turns at once.
/// </summary>
/// <remarks>
/// <para>
/// A sentence ends behind <c>.</c>, <c>!</c>, <c>?</c> (and their full-width forms), closing quotes and brackets included, once white
/// space follows; a line break always ends it. A full stop inside a number or an address, behind an abbreviation or an initial,
/// behind the number of a list item, of an ellipsis, or inside an open bracket ends none. In text with capitals a sentence also has
/// to begin with something other than a small letter, so the next letter is waited for; text all in lower case, as speech models
/// write it, is cut without. The rest comes out when the stream ends.
/// </para>
/// <para>Sentences come without the white space around them; nothing else is lost or changed.</para>
/// </remarks>
public sealed class SentenceChunker : IRegroupBlock<string, string>
{
    readonly int _maxLength;
    readonly Abbreviations _abbreviations;

    /// <summary>Creates a chunker.</summary>
    /// <param name="options">How it cuts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SentenceChunkerOptions.MaxLength"/> is below 8.</exception>
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
    /// <returns>The state of that stream.</returns>
    public IRegrouper<string, string> Begin() => new SentenceStream(_abbreviations, _maxLength);
}
