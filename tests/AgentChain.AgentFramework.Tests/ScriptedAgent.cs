using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework.Tests;

/// <summary>An agent whose answers are a function of the messages and the session, and whose sessions count their runs.</summary>
sealed class ScriptedAgent(
    Func<IReadOnlyList<ChatMessage>, ScriptedAgent.Session?, CancellationToken, IAsyncEnumerable<AgentResponseUpdate>> answer) : AIAgent
{
    public override string? Name => "scripted";

    public int Sessions { get; private set; }

    public bool MakesSessions { get; init; } = true;

    public static ScriptedAgent Echo() => new((messages, _, _) => Words(messages[^1].Text).ToAsyncEnumerable());

    public static IEnumerable<AgentResponseUpdate> Words(string text) =>
        text.Split(' ').Select(word => new AgentResponseUpdate(ChatRole.Assistant, word + " ") { MessageId = "m1", ResponseId = "r1" });

    protected override ValueTask<AgentSession> CreateSessionCoreAsync(CancellationToken cancellationToken = default)
    {
        Sessions++;
        return new(MakesSessions ? new Session() : null!);
    }

    protected override ValueTask<JsonElement> SerializeSessionCoreAsync(
        AgentSession session, JsonSerializerOptions? jsonSerializerOptions = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    protected override ValueTask<AgentSession> DeserializeSessionCoreAsync(
        JsonElement serializedState, JsonSerializerOptions? jsonSerializerOptions = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    protected override async Task<AgentResponse> RunCoreAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default) =>
        await RunCoreStreamingAsync(messages, session, options, cancellationToken).ToAgentResponseAsync(cancellationToken);

    protected override IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default) =>
        answer([.. messages], (Session?)session, cancellationToken);

    public sealed class Session : AgentSession
    {
        public int Runs { get; set; }
    }
}
