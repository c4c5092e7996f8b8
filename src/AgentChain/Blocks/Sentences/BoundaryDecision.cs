namespace AgentChain.Blocks.Sentences;

/// <summary>The decision about a position where a sentence might end.</summary>
enum BoundaryDecision
{
    /// <summary>The sentence continues.</summary>
    GoesOn,

    /// <summary>The sentence ends.</summary>
    Ends,

    /// <summary>The decision depends on text that has not arrived yet.</summary>
    NeedsMore,
}
