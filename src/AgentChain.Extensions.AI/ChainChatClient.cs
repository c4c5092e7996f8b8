using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>A chain as a chat client: one turn for each request.</summary>
sealed class ChainChatClient<TIn, TOut>(
    ChainBase<TIn, TOut> chain,
    Func<IReadOnlyList<ChatMessage>, ChatOptions?, TIn> input,
    Func<TOut, ChatResponseUpdate> output) : IChatClient
{
    readonly ChatClientMetadata _metadata = new("agentchain", defaultModelId: chain.Name);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        ChatResponse response = updates.ToChatResponse();
        response.RawRepresentation = updates[^1].RawRepresentation;
        return response;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return RunAsync(messages, options, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(chain) ? chain
            : null;
    }

    /// <summary>Has no effect: the chain belongs to the host, and other callers may use it.</summary>
    public void Dispose()
    {
    }

    async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HostThread.Leave();

        // A copy, because the caller may change its list while the turn runs.
        await using Turn<TOut> turn = await chain.StartAsync(input([.. messages], options), cancellationToken);
        var filler = new UpdateFiller(chain.Name, Guid.NewGuid().ToString("N"));
        await foreach (TOut item in turn.Output)
        {
            ChatResponseUpdate update = output(item) ?? throw new InvalidOperationException(
                $"The function that makes updates of the chain '{chain.Name}' returned null; return an update, which may be empty.");
            filler.Fill(update);
            yield return update;
            HostThread.Leave();
        }

        yield return filler.Last(await turn.Completion);
        HostThread.Leave();
    }
}
