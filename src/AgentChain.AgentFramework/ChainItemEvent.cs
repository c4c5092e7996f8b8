using Microsoft.Agents.AI.Workflows;

namespace AgentChain.AgentFramework;

/// <summary>An item that a streaming chain produced inside a workflow. Raised as the item comes, before the executor completes.</summary>
public sealed class ChainItemEvent : ExecutorEvent
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="executorId">The id of the executor that runs the chain.</param>
    /// <param name="item">The item.</param>
    public ChainItemEvent(string executorId, object? item)
        : base(executorId, item)
    {
    }

    /// <summary>Gets the item.</summary>
    public object? Item => Data;
}
