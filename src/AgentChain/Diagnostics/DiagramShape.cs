namespace AgentChain.Diagnostics;

/// <summary>The shape of a step in a diagram.</summary>
enum DiagramShape
{
    /// <summary>A block.</summary>
    Step,

    /// <summary>A step that sends the value to one of its branches.</summary>
    Choice,

    /// <summary>A step that waits for all of its branches, which run in parallel.</summary>
    Join,

    /// <summary>A step that runs its only branch repeatedly.</summary>
    Loop,

    /// <summary>A sub-chain.</summary>
    Group,
}
