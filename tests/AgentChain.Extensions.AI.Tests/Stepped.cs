using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>A client whose answers are its name, and that waits in mid-answer until the test lets it go on.</summary>
sealed class Stepped(string name)
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedClient Client => field ??= new((_, _, token) => AnswerAsync(token));

    async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync([EnumeratorCancellation] CancellationToken token)
    {
        yield return new(ChatRole.Assistant, name + " ");
        Entered.TrySetResult();
        await GoOn.Task.WaitAsync(token);
        yield return new(ChatRole.Assistant, name);
    }
}
