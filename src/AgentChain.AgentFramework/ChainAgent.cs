using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>A chain as an agent: one turn for each run, and the history in the session.</summary>
sealed class ChainAgent(IChatClient chain, string chainName, string? name, string? description) : AIAgent
{
    public override string Name { get; } = name ?? chainName;

    public override string? Description { get; } = description;

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        base.GetService(serviceType, serviceKey) ?? chain.GetService(serviceType, serviceKey);

    protected override ValueTask<AgentSession> CreateSessionCoreAsync(CancellationToken cancellationToken = default) =>
        new(new ChainAgentSession());

    protected override ValueTask<JsonElement> SerializeSessionCoreAsync(
        AgentSession session, JsonSerializerOptions? jsonSerializerOptions = null, CancellationToken cancellationToken = default) =>
        new(Own(session).Serialize(jsonSerializerOptions));

    protected override ValueTask<AgentSession> DeserializeSessionCoreAsync(
        JsonElement serializedState, JsonSerializerOptions? jsonSerializerOptions = null, CancellationToken cancellationToken = default) =>
        new(ChainAgentSession.Deserialize(serializedState, jsonSerializerOptions));

    protected override async Task<AgentResponse> RunCoreAsync(
        IEnumerable<ChatMessage> messages,
        AgentSession? session = null,
        AgentRunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        List<AgentResponseUpdate> updates = [];
        await foreach (AgentResponseUpdate update in RunCoreStreamingAsync(messages, session, options, cancellationToken))
        {
            updates.Add(update);
        }

        AgentResponse response = updates.ToAgentResponse();
        response.AgentId = Id;
        response.RawRepresentation = updates[^1].RawRepresentation;
        return response;
    }

    protected override async IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
        IEnumerable<ChatMessage> messages,
        AgentSession? session = null,
        AgentRunOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        ChainAgentSession? own = session is null ? null : Own(session);
        ChatMessage[] asked = [.. messages];
        List<ChatResponseUpdate> said = [];
        bool isComplete = false;
        try
        {
            await foreach (ChatResponseUpdate update in chain.GetStreamingResponseAsync(
                own is null ? asked : [.. own.Messages, .. asked], cancellationToken: cancellationToken))
            {
                said.Add(update);
                yield return new AgentResponseUpdate(update)
                {
                    AgentId = Id,
                    AuthorName = update.AuthorName ?? Name,
                    RawRepresentation = update.RawRepresentation ?? update,
                };
                HostThread.Leave();
            }

            isComplete = true;
        }
        finally
        {
            // As in a conversation: a turn belongs in the history if it completed, or if part of its answer was heard.
            if (own is not null && (isComplete || said.Count > 0))
            {
                own.Add([.. asked, .. said.ToChatResponse().Messages]);
            }
        }
    }

    ChainAgentSession Own(AgentSession session) => session as ChainAgentSession ?? throw new ArgumentException(
        $"The session is a {session.GetType().Name}, which does not belong to the chain '{chainName}'. Create it with CreateSessionAsync "
        + "of this agent.",
        nameof(session));
}
