namespace AgentChain.Diagnostics;

/// <summary>What a step looks like in a picture.</summary>
enum DiagramShape
{
    /// <summary>A block.</summary>
    Step,

    /// <summary>Sends the value down one of its branches.</summary>
    Choice,

    /// <summary>Waits for all of its branches, which run side by side.</summary>
    Join,

    /// <summary>Runs its one branch again and again.</summary>
    Loop,

    /// <summary>A chain within the chain.</summary>
    Group,
}
