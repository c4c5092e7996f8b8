namespace AgentChain.Remote;

/// <summary>Specifies which of two numbers a server serves first.</summary>
public enum PriorityOrder
{
    /// <summary>The server ignores or refuses numbers, so none are sent.</summary>
    None,

    /// <summary>The lower number.</summary>
    LowerFirst,

    /// <summary>The higher number.</summary>
    HigherFirst,
}
