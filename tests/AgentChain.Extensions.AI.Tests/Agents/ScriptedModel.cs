using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>
/// A model in virtual time that plays one script for each request: texts, calls and waits. It remembers the messages of each request.
/// </summary>
sealed class ScriptedModel(VirtualWorld world, params object[][] rounds)
{
    readonly List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, double At)> _requests = [];

    public ScriptedClient Client => field ??= new ScriptedClient((messages, options, token) =>
    {
        _requests.Add((messages, options, world.Elapsed.TotalMilliseconds));
        return PlayAsync(rounds[Math.Min(_requests.Count, rounds.Length) - 1], token);
    });

    public IReadOnlyList<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, double At)> Requests => _requests;

    /// <summary>Whether the model goes on when its token is canceled.</summary>
    public bool IsDeaf { get; init; }

    public static FunctionCallContent Call(string id, string tool, params (string Name, object? Value)[] arguments) =>
        new(id, tool, arguments.ToDictionary(one => one.Name, one => one.Value));

    async IAsyncEnumerable<ChatResponseUpdate> PlayAsync(object[] script, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (object step in script)
        {
            switch (step)
            {
                case int ms:
                    await world.Delay(ms, IsDeaf ? CancellationToken.None : token);
                    break;
                case string text:
                    yield return new ChatResponseUpdate(ChatRole.Assistant, text);
                    break;
                case AIContent content:
                    yield return new ChatResponseUpdate(ChatRole.Assistant, [content]);
                    break;
                case Exception error:
                    throw error;
            }
        }
    }
}
