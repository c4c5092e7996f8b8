using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>Chains and questions that the tests share.</summary>
static class Ask
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<ChatMessage> Question(string text = "hello") => [new(ChatRole.User, text)];

    public static ChainBuilder<IReadOnlyList<ChatMessage>, IReadOnlyList<ChatMessage>> Chat(string name = "desk") =>
        Chain.From<IReadOnlyList<ChatMessage>>(name);

    /// <summary>Runs a turn to its end.</summary>
    public static Task<IReadOnlyList<T>> AskAsync<T>(this StreamChain<IReadOnlyList<ChatMessage>, T> chain) =>
        chain.RunToListAsync(Question()).AsTask().WaitAsync(Patience);

    public static string Text(this IEnumerable<ChatResponseUpdate> updates) => string.Concat(updates.Select(update => update.Text));
}
