namespace AgentChain.Onnx.Retrieval;

/// <summary>How a <see cref="HybridIndex"/> joins meaning and words. Immutable.</summary>
public sealed record HybridIndexOptions
{
    /// <summary>What word matching weighs beside the cosine of embeddings, 0 or more. Default 0.5; 0 leaves the embeddings alone.</summary>
    public float WordWeight { get; init; } = 0.5f;

    /// <summary>How many documents to give, 1 or more. Default 3.</summary>
    public int Top { get; init; } = 3;

    /// <summary>Documents that score less are left out. Default: none are, because scores of small encoders say little about relevance.</summary>
    public float LeastScore { get; init; } = float.NegativeInfinity;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(WordWeight, nameof(WordWeight));
        ArgumentOutOfRangeException.ThrowIfLessThan(Top, 1, nameof(Top));
    }
}
