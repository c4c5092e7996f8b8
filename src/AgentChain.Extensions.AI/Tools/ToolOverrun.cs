namespace AgentChain.Extensions.AI;

/// <summary>Specifies the action to take when a tool exceeds its budget.</summary>
public enum ToolOverrun
{
    /// <summary>The model gets the answer <c>timed_out</c>, and the turn goes on. This is the default.</summary>
    Answer,

    /// <summary>The turn ends as Failed, with a <see cref="ToolOverrunException"/>.</summary>
    Fail,
}
