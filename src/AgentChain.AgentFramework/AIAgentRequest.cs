using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>The input of an <see cref="AIAgentConversationBlock"/>: the new messages of a conversation.</summary>
/// <param name="Conversation">The conversation, which holds the agent's session.</param>
/// <param name="Messages">The messages that the agent has not seen yet, usually one of the user.</param>
public sealed record AIAgentRequest(AIAgentConversation Conversation, IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>Returns a description without user text.</summary>
    /// <returns>The number of messages.</returns>
    public override string ToString() => $"{Messages?.Count ?? 0} new messages";
}
