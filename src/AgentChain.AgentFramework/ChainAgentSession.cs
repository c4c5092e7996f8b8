using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>The history of a conversation with a chain as an agent. Thread-safe.</summary>
sealed class ChainAgentSession : AgentSession
{
    readonly Lock _lock = new();
    readonly List<ChatMessage> _messages;

    public ChainAgentSession() => _messages = [];

    ChainAgentSession(AgentSessionStateBag state, List<ChatMessage> messages)
        : base(state) => _messages = messages;

    public IReadOnlyList<ChatMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    public void Add(IEnumerable<ChatMessage> messages)
    {
        lock (_lock)
        {
            _messages.AddRange(messages);
        }
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(IReadOnlyList<ChatMessage>) ? Messages : base.GetService(serviceType, serviceKey);

    public JsonElement Serialize(JsonSerializerOptions? options)
    {
        var json = new JsonObject
        {
            ["messages"] = JsonSerializer.SerializeToNode(Messages.ToList(), ListOf(options)),
            ["stateBag"] = JsonNode.Parse(StateBag.Serialize().GetRawText()),
        };
        using JsonDocument document = JsonDocument.Parse(json.ToJsonString());
        return document.RootElement.Clone();
    }

    /// <exception cref="JsonException">The state is not that of such a session.</exception>
    public static ChainAgentSession Deserialize(JsonElement state, JsonSerializerOptions? options)
    {
        if (state.ValueKind != JsonValueKind.Object || !state.TryGetProperty("messages", out JsonElement messages))
        {
            throw new JsonException("The state has no 'messages': it was not made by a chain's agent. Pass what SerializeSessionAsync returned.");
        }

        AgentSessionStateBag bag = state.TryGetProperty("stateBag", out JsonElement stored)
            ? AgentSessionStateBag.Deserialize(stored)
            : new();
        return new(bag, (List<ChatMessage>?)messages.Deserialize(ListOf(options)) ?? []);
    }

    static System.Text.Json.Serialization.Metadata.JsonTypeInfo ListOf(JsonSerializerOptions? options) =>
        (options ?? AIJsonUtilities.DefaultOptions).GetTypeInfo(typeof(List<ChatMessage>));
}
