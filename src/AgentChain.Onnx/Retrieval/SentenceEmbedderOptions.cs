using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Specifies what the files of a <see cref="SentenceEmbedder"/> leave open, and how it runs. Immutable.
/// </summary>
public sealed record SentenceEmbedderOptions
{
    /// <summary>
    /// Gets how token vectors are pooled if the folder has no <c>1_Pooling/config.json</c>; <see langword="null"/> (the default) if it has.
    /// A value that contradicts the file is an error. Not used if the graph pools itself.
    /// </summary>
    public SentencePooling? Pooling { get; init; }

    /// <summary>
    /// Gets whether a bare <c>vocab.txt</c> is a vocabulary of lower-case text, if <c>tokenizer_config.json</c> does not state
    /// <c>do_lower_case</c>; <see langword="null"/> (the default) if it does. A value that contradicts the file is an error. Not used with
    /// a
    /// <c>tokenizer.json</c>, which states it itself.
    /// </summary>
    public bool? Lowercase { get; init; }

    /// <summary>
    /// Gets the maximum number of tokens of a text, 3 or more, including those around it; <see langword="null"/> (the default) for the
    /// <c>max_seq_length</c> of <c>sentence_bert_config.json</c>, else the tokenizer's maximum, else 256. It can only lower the files' own
    /// maximum.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>
    /// Gets whether vectors are scaled to length 1; <see langword="null"/> (the default) for what <c>modules.json</c> states, else
    /// <see langword="true"/>. A <see cref="HybridIndex"/> compares directions and gives the same results either way.
    /// </summary>
    public bool? Normalize { get; init; }

    /// <summary>
    /// Gets the text before every query, for encoders that embed queries and documents differently; <see langword="null"/> (the default)
    /// for the prompt <c>query</c> of <c>config_sentence_transformers.json</c>, if any. An empty text means none.
    /// </summary>
    public string? QueryPrefix { get; init; }

    /// <summary>Gets the threading and configuration options of the session.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    internal void Validate()
    {
        if (MaxTokens is int tokens)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 3, nameof(MaxTokens));
        }

        if (Pooling is SentencePooling pooling && !Enum.IsDefined(pooling))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Pooling), pooling, $"The pooling must be one of {string.Join(", ", Enum.GetNames<SentencePooling>())}.");
        }
    }
}
