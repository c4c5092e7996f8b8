namespace AgentChain.Engine.Queues;

/// <summary>What a value that comes to a queue finds there.</summary>
enum Entrance
{
    /// <summary>No place is free.</summary>
    Full,

    /// <summary>A worker is free, and is the value's now.</summary>
    Worker,

    /// <summary>A place is free, and all workers are busy.</summary>
    Wait,
}
