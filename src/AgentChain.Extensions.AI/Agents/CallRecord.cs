using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>One call of a turn and its answer. Guarded by the lock of its <see cref="TurnRecord"/>.</summary>
sealed class CallRecord(FunctionCallContent content, int round, int index)
{
    public FunctionCallContent Content => content;

    /// <summary>The number of the model's request that made the call, from 0.</summary>
    public int Round => round;

    /// <summary>The place of the call among those of its round, from 0.</summary>
    public int Index => index;

    public ToolAnswer? Answer { get; set; }
}
