using System.Runtime.CompilerServices;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework.Tests;

/// <summary>Chains and questions that the tests share.</summary>
static class Ask
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<ChatMessage> Question(string text = "hello") => [new(ChatRole.User, text)];

    public static ChainBuilder<IReadOnlyList<ChatMessage>, IReadOnlyList<ChatMessage>> Chat(string name = "desk") =>
        Chain.From<IReadOnlyList<ChatMessage>>(name);

    public static Task<IReadOnlyList<T>> AskAsync<TIn, T>(this ChainBase<TIn, T> chain, TIn input) =>
        chain.RunToListAsync(input).AsTask().WaitAsync(Patience);

    /// <summary>Answers with a word, then waits for its token.</summary>
    public static async IAsyncEnumerable<string> OneThenWait(
        TaskCompletionSource canceled, [EnumeratorCancellation] CancellationToken token)
    {
        try
        {
            yield return "one ";
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            canceled.TrySetResult();
        }
    }

    public static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
