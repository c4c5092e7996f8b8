using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Runs a chat client as a block whose input has its own options: those of a request to the chain. Otherwise like a
/// <see cref="ChatClientBlock"/>. Stateless; as thread-safe as its client.
/// </summary>
/// <param name="client">The client. The caller disposes it after the chain.</param>
/// <param name="options">
/// The options of requests that have none, which are copied, or <see langword="null"/> for those of the client.
/// </param>
/// <remarks><inheritdoc cref="ChatClientBlock" path="/remarks/node()"/></remarks>
/// <exception cref="ArgumentNullException"><paramref name="client"/> is <see langword="null"/>.</exception>
public sealed class ChatRequestBlock(IChatClient client, ChatOptions? options = null) : IStreamBlock<ChatRequest, ChatResponseUpdate>
{
    readonly ChatClientBlock _otherwise = new(client, options);

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">The input is <see langword="null"/>.</exception>
    /// <exception cref="ChatClientException">
    /// The client was disposed, or it returned <see langword="null"/>. Thrown by the enumeration.
    /// </exception>
    public IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(ChatRequest input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ChatClientBlock block = input.Options is null ? _otherwise : new ChatClientBlock(client, input.Options);
        return block.InvokeAsync(input.Messages, context, cancellationToken);
    }

    /// <summary>Returns the name of the client.</summary>
    /// <returns>The provider and the model, or the type of the client.</returns>
    public override string ToString() => _otherwise.ToString();
}
