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

    /// <summary>Reads a turn's output into a list, and tells when there is enough of it.</summary>
    public static async Task ReadAsync(this Turn<string> turn, List<string> read, int enough = 0, Action? then = null)
    {
        await foreach (string text in turn.Output)
        {
            read.Add(text);
            if (read.Count == enough)
            {
                then?.Invoke();
            }
        }
    }

    public static string Text(this IEnumerable<ChatResponseUpdate> updates) => string.Concat(updates.Select(update => update.Text));
}
