using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>
/// A chat client that costs next to nothing: it hands out the same update again and again. Each one is available at once, or comes from
/// another thread, as from a connection.
/// </summary>
sealed class UpdatesClient(int updates, bool later) : IChatClient
{
    readonly ChatResponseUpdate _update = new(ChatRole.Assistant, "word ");

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < updates; i++)
        {
            if (later)
            {
                await Task.Yield();
            }

            cancellationToken.ThrowIfCancellationRequested();
            yield return _update;
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
