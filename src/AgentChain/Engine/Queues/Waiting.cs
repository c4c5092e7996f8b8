namespace AgentChain.Engine.Queues;

/// <summary>Specifies the result of looking for the value that a worker was passed on to.</summary>
enum Waiting
{
    /// <summary>The oldest value was taken, and now has the worker.</summary>
    Taken,

    /// <summary>The value has its place but has not arrived yet; it will not wait when it arrives.</summary>
    OnItsWay,

    /// <summary>The value was removed.</summary>
    Gone,
}
