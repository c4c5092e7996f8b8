using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AgentChain.Extensions.AI;

/// <summary>Chat clients as blocks, and chains as chat clients.</summary>
public static class ChatExtensions
{
    /// <summary>Makes a block of a chat client: <c>.Stream("respond", client.AsBlock())</c>.</summary>
    /// <param name="client">The client. The caller disposes it after the chain.</param>
    /// <param name="options">The options of every request, which are copied, or <see langword="null"/> for those of the client.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is <see langword="null"/>.</exception>
    public static ChatClientBlock AsBlock(this IChatClient client, ChatOptions? options = null) => new(client, options);

    /// <summary>
    /// Makes a block that asks another client if the first one gives no output in time, or fails before its first output:
    /// <c>.Stream("respond", first.AsBlock().FallbackTo(second, firstOutput: 300.Milliseconds()))</c>.
    /// </summary>
    /// <param name="first">The client that is asked first.</param>
    /// <param name="second">The client that is asked in its place. The caller disposes it after the chain.</param>
    /// <param name="firstOutput">
    /// The time within which the first client must give its first output, by the chain's clock; more than zero, at most a day.
    /// <see cref="Timeout.InfiniteTimeSpan"/> to fall back only if it fails.
    /// </param>
    /// <param name="options">The options of every request to the second client, which are copied.</param>
    /// <param name="logger">The logger that is told which client was left, why, and which one answered.</param>
    /// <returns>The block. Its own <see cref="ChatFallbackBlock.FallbackTo"/> adds a third client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="first"/> or <paramref name="second"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstOutput"/> is not positive, or more than a day.</exception>
    public static ChatFallbackBlock FallbackTo(
        this ChatClientBlock first, IChatClient second, TimeSpan firstOutput, ChatOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new ChatFallbackBlock(first, logger).FallbackTo(second, firstOutput, options);
    }

    /// <summary>
    /// Adds a block that keeps the text of each update. Updates without text, such as tool calls and the usage, are dropped.
    /// </summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <param name="chain">The chain, which ends with a stream of updates.</param>
    /// <param name="name">The name of the block.</param>
    /// <returns>A builder with the block.</returns>
    public static StreamChainBuilder<TIn, string> Text<TIn>(this StreamChainBuilder<TIn, ChatResponseUpdate> chain, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(chain);
        return chain.Regroup(name, new UpdateText());
    }

    /// <summary>Makes a chat client of a chain that answers with pieces of text. The options of a request do not reach the chain.</summary>
    /// <param name="chain">The chain. Disposing the client does not stop it.</param>
    /// <returns>The client.</returns>
    /// <remarks><inheritdoc cref="AsChatClient{TIn,TOut}" path="/remarks"/></remarks>
    public static IChatClient AsChatClient(this StreamChain<IReadOnlyList<ChatMessage>, string> chain) =>
        chain.AsChatClient(static (messages, _) => messages, static text => new ChatResponseUpdate(ChatRole.Assistant, text));

    /// <summary>Makes a chat client of a chain that answers with updates. The options of a request do not reach the chain.</summary>
    /// <param name="chain">The chain. Disposing the client does not stop it.</param>
    /// <returns>The client.</returns>
    /// <remarks><inheritdoc cref="AsChatClient{TIn,TOut}" path="/remarks"/></remarks>
    public static IChatClient AsChatClient(this StreamChain<IReadOnlyList<ChatMessage>, ChatResponseUpdate> chain) =>
        chain.AsChatClient(static (messages, _) => messages, static update => update.Clone());

    /// <summary>Makes a chat client of any chain.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output items.</typeparam>
    /// <param name="chain">The chain. Disposing the client does not stop it.</param>
    /// <param name="input">A function that makes the chain's input of the messages and the options of a request.</param>
    /// <param name="output">
    /// A function that makes a new update of an output item. The client fills in a missing role, model id, response id and message id.
    /// </param>
    /// <returns>The client. Thread-safe if the functions are.</returns>
    /// <remarks>
    /// <para>
    /// Each request is a turn. Canceling its token interrupts the turn, and so does leaving the enumeration early. The last update has a
    /// finish reason (<see cref="ChatFinishReason.Stop"/>, unless the chain's output has one) and the turn's <see cref="TurnResult"/> as
    /// its raw representation; so has a response that is not streamed.
    /// </para>
    /// <para>
    /// A turn that does not complete throws its <see cref="TurnException"/>, after the output before it. A canceled token throws an
    /// <see cref="OperationCanceledException"/>.
    /// </para>
    /// <para>
    /// <c>GetService</c> returns the chain, and metadata with the provider <c>agentchain</c> and the chain's name as the model.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static IChatClient AsChatClient<TIn, TOut>(
        this ChainBase<TIn, TOut> chain,
        Func<IReadOnlyList<ChatMessage>, ChatOptions?, TIn> input,
        Func<TOut, ChatResponseUpdate> output)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return new ChainChatClient<TIn, TOut>(chain, input, output);
    }
}
