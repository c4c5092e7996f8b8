using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Chains that see the options of a request, and blocks that pass them on.</summary>
public static class ChatRequestExtensions
{
    /// <summary>
    /// Makes a block of a chat client that takes the options of each request with its messages:
    /// <c>Chain.From&lt;ChatRequest&gt;("agent").Stream("respond", client.AsRequestBlock())</c>.
    /// </summary>
    /// <param name="client">The client. The caller disposes it after the chain.</param>
    /// <param name="options">
    /// The options of requests that have none, which are copied, or <see langword="null"/> for those of the client.
    /// </param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is <see langword="null"/>.</exception>
    public static ChatRequestBlock AsRequestBlock(this IChatClient client, ChatOptions? options = null) => new(client, options);

    /// <summary>
    /// Makes a chat client of a chain that takes requests and answers with pieces of text. The options of a request reach the chain.
    /// </summary>
    /// <param name="chain">The chain. Disposing the client does not stop it.</param>
    /// <returns>The client.</returns>
    /// <remarks><inheritdoc cref="ChatExtensions.AsChatClient{TIn,TOut}" path="/remarks"/></remarks>
    public static IChatClient AsChatClient(this StreamChain<ChatRequest, string> chain) =>
        chain.AsChatClient(Request, static text => new ChatResponseUpdate(ChatRole.Assistant, text));

    /// <summary>
    /// Makes a chat client of a chain that takes requests and answers with updates. The options of a request reach the chain.
    /// </summary>
    /// <param name="chain">The chain. Disposing the client does not stop it.</param>
    /// <returns>The client.</returns>
    /// <remarks><inheritdoc cref="ChatExtensions.AsChatClient{TIn,TOut}" path="/remarks"/></remarks>
    public static IChatClient AsChatClient(this StreamChain<ChatRequest, ChatResponseUpdate> chain) =>
        chain.AsChatClient(Request, static update => update.Clone());

    // A copy, because the caller may change its options while the turn runs.
    static ChatRequest Request(IReadOnlyList<ChatMessage> messages, ChatOptions? options) => new(messages, options?.Clone());
}
