namespace AgentChain.Engine.Queues;

/// <summary>Specifies the result of entering a queue.</summary>
enum Entrance
{
    /// <summary>No place is free.</summary>
    Full,

    /// <summary>A worker is free, and is now assigned to the value.</summary>
    Worker,

    /// <summary>A place is free, but all workers are busy.</summary>
    Wait,
}
