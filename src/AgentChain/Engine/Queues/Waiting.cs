namespace AgentChain.Engine.Queues;

/// <summary>What a worker that was passed on finds where it is sent.</summary>
enum Waiting
{
    /// <summary>The oldest value, which is the worker's now.</summary>
    Taken,

    /// <summary>The value has its place but is not here yet; it will be told not to wait.</summary>
    OnItsWay,

    /// <summary>The value was removed.</summary>
    Gone,
}
