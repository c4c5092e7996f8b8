using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Runs a chat client as a block: the messages go in, and the updates of the answer come out while the model still writes. Stateless; as
/// thread-safe as its client.
/// </summary>
/// <remarks>
/// <para>
/// The updates are those of the client, unchanged: text, tool calls, and usually the usage (<see cref="UsageContent"/>) and the model id.
/// <see cref="ChatExtensions.Text{TIn}"/> keeps only the text. The token that the block gets reaches the client's enumerator, which is
/// disposed when the turn ends.
/// </para>
/// <para>
/// Each request that ends is reported by <see cref="BlockContext.Used"/>: the tokens of its <see cref="UsageContent"/>, the model id of its
/// updates, the provider of the client, and the times to the first update and to the last. The time that the chain takes to read the updates
/// counts to the latter.
/// </para>
/// <para>
/// What the client throws fails the turn as the inner exception of a <see cref="BlockFailedException"/>. A client that never answers is
/// ended by the block's budget; one that ignores its token is detached after <see cref="ChainOptions.Grace"/>.
/// </para>
/// <para>
/// Add a client that sends its messages out of the process with the option <c>SendsOut()</c>, so that a chain that redacts does so
/// upstream of it.
/// </para>
/// </remarks>
public sealed class ChatClientBlock : IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate>
{
    readonly IChatClient _client;
    readonly ChatOptions? _options;
    readonly string _name;
    readonly ChatClientMetadata? _metadata;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="client">The client. The caller disposes it after the chain.</param>
    /// <param name="options">
    /// The options of every request, or <see langword="null"/> for those of the client. They are copied here and again for each request,
    /// because a client may change the options that it gets.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is <see langword="null"/>.</exception>
    public ChatClientBlock(IChatClient client, ChatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        (_client, _options, _metadata) = (client, options?.Clone(), client.GetService<ChatClientMetadata>());
        _name = NameOf(client, _metadata);
    }

    /// <inheritdoc/>
    /// <exception cref="ChatClientException">
    /// The client was disposed, or it returned <see langword="null"/>. Thrown by the enumeration.
    /// </exception>
    public async IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(
        IReadOnlyList<ChatMessage> input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No ConfigureAwait: the turn must resume on its chain's scheduler.
        var meter = new UsageMeter(context, _metadata, _options?.ModelId);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Open(input, cancellationToken);
        while (true)
        {
            bool hasNext;
            try
            {
                hasNext = await updates.MoveNextAsync();
            }
            catch (ObjectDisposedException error)
            {
                throw Disposed(error);
            }

            if (!hasNext)
            {
                meter.End();
                yield break;
            }

            ChatResponseUpdate update = updates.Current ?? throw Broke("returned null as an update");
            meter.Add(update);
            yield return update;
        }
    }

    /// <summary>Returns the name of the client.</summary>
    /// <returns>The provider and the model, or the type of the client.</returns>
    public override string ToString() => _name;

    static string NameOf(IChatClient client, ChatClientMetadata? metadata) => metadata switch
    {
        { ProviderName: { } provider, DefaultModelId: { } model } => $"{provider}/{model}",
        { ProviderName: { } provider } => provider,
        { DefaultModelId: { } model } => model,
        _ => client.GetType().Name,
    };

    IAsyncEnumerator<ChatResponseUpdate> Open(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            IAsyncEnumerable<ChatResponseUpdate>? updates =
                _client.GetStreamingResponseAsync(messages, _options?.Clone(), cancellationToken);
            return (updates ?? throw Broke("returned null from GetStreamingResponseAsync")).GetAsyncEnumerator(cancellationToken)
                ?? throw Broke("returned updates whose GetAsyncEnumerator returned null");
        }
        catch (ObjectDisposedException error)
        {
            throw Disposed(error);
        }
    }

    ChatClientException Broke(string did) =>
        new(_name, $"The chat client '{_name}' {did}, which no client may do. Report it to the client's authors, or use another client.");

    ChatClientException Disposed(ObjectDisposedException error) => new(
        _name,
        $"The chat client '{_name}', or '{error.ObjectName}' inside it, was disposed in use. Dispose a client after its chain.",
        error);
}
