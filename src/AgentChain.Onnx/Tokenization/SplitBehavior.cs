namespace AgentChain.Onnx.Tokenization;

/// <summary>Specifies how the matches of a splitting pattern are treated.</summary>
enum SplitBehavior
{
    /// <summary>Each match becomes its own piece.</summary>
    Isolated,

    /// <summary>Matches are dropped.</summary>
    Removed,

    /// <summary>Adjacent matches become one piece.</summary>
    Contiguous,

    /// <summary>The first match after other text joins that text.</summary>
    MergedWithPrevious,

    /// <summary>The last match before other text joins that text.</summary>
    MergedWithNext,
}
