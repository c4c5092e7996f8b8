namespace AgentChain.Engine.Queues;

/// <summary>Represents work that can become unneeded while it waits.</summary>
interface IMayBeOver
{
    /// <summary>Whether the work is no longer needed; never reverts to false.</summary>
    bool IsOver { get; }
}
