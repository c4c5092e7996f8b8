namespace AgentChain.Onnx.Retrieval;

/// <summary>Specifies how a <see cref="HybridIndex"/> combines meaning and words. Immutable.</summary>
public sealed record HybridIndexOptions
{
    /// <summary>
    /// Gets the weight of word matching relative to the cosine of the embeddings, 0 or more. The default is 0.5; 0 uses the embeddings
    /// only.
    /// </summary>
    public float WordWeight { get; init; } = 0.5f;

    /// <summary>Gets the maximum number of documents to return, 1 or more. The default is 3.</summary>
    public int Top { get; init; } = 3;

    /// <summary>
    /// Gets the minimum score; documents below it are left out. By default there is no minimum, because the scores of small encoders say
    /// little about relevance.
    /// </summary>
    public float LeastScore { get; init; } = float.NegativeInfinity;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(WordWeight, nameof(WordWeight));
        ArgumentOutOfRangeException.ThrowIfLessThan(Top, 1, nameof(Top));
    }
}
