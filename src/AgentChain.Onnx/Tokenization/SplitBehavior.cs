namespace AgentChain.Onnx.Tokenization;

/// <summary>What happens to the text that a splitting pattern matches.</summary>
enum SplitBehavior
{
    /// <summary>Each match becomes a piece of its own.</summary>
    Isolated,

    /// <summary>It is dropped.</summary>
    Removed,

    /// <summary>Adjacent matches become one piece.</summary>
    Contiguous,

    /// <summary>The first match after other text joins it.</summary>
    MergedWithPrevious,

    /// <summary>The last match before other text joins it.</summary>
    MergedWithNext,
}
