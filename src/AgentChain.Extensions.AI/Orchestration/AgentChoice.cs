namespace AgentChain.Extensions.AI;

/// <summary>A request and the agent that was selected for it. Two choices are equal if both are.</summary>
/// <param name="Agent">The name of the agent.</param>
/// <param name="Request">The request.</param>
public sealed record AgentChoice(string Agent, AgentRequest Request)
{
    /// <summary>Returns a description that contains no text of a message.</summary>
    /// <returns>The name of the agent and the description of the request.</returns>
    public override string ToString() => $"{Agent}: {Request}";
}
