namespace AgentChain.Blocks.Sentences;

/// <summary>What is known about a place where a sentence might end.</summary>
enum BoundaryDecision
{
    /// <summary>It goes on.</summary>
    GoesOn,

    /// <summary>It ends.</summary>
    Ends,

    /// <summary>What follows decides, and is not there yet.</summary>
    NeedsMore,
}
