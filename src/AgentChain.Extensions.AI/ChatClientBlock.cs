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
/// updates, the provider of the client, and the times to the first update and to the last. The time that the chain takes to read the
/// updates counts to the latter.
/// </para>
/// <para>
/// A client that throws fails the turn with a <see cref="ChatClientException"/>, which names the client and contains the error. So does a
/// client of a server (one whose metadata have a <see cref="ChatClientMetadata.ProviderUri"/>) if its answer ends without a finish reason:
/// the answer broke off, or it was no answer. A client that never answers is ended by the block's budget, or replaced by
/// <see cref="ChatExtensions.FallbackTo"/>; one that ignores its token is detached after <see cref="ChainOptions.Grace"/>.
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
        (_client, _options, _metadata) = (client, options?.Clone(), MetadataOf(client));
        _name = NameOf(client, _metadata);
    }

    /// <summary>Returns this block with another client.</summary>
    internal ChatClientBlock On(IChatClient client) => new(client, _options);

    /// <summary>The model that the client asks for, if it is known.</summary>
    internal string? Model => _options?.ModelId ?? _metadata?.DefaultModelId;

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">The input or one of its messages is <see langword="null"/>.</exception>
    /// <exception cref="ChatClientException">
    /// The client failed, was disposed, returned <see langword="null"/>, or broke off its answer. Thrown by the enumeration.
    /// </exception>
    public IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(
        IReadOnlyList<ChatMessage> input, BlockContext context, CancellationToken cancellationToken)
    {
        // Here, because the client would get the blame.
        if (input is null || input.Contains(null!))
        {
            throw new ArgumentNullException(
                nameof(input), $"The input of the block '{context.BlockName}', or one of its messages, is null. Correct the block before it, or the request.");
        }

        return _client is ChatClientSwitch target
            ? OnTargetAsync(target, input, context, cancellationToken)
            : RunAsync(input, context, cancellationToken);
    }

    /// <summary>Runs on the current target of a switch, so that errors and usage name the client that answered.</summary>
    async IAsyncEnumerable<ChatResponseUpdate> OnTargetAsync(
        ChatClientSwitch target, IReadOnlyList<ChatMessage> input, BlockContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using ChatClientLease lease = target.Lease();
        await foreach (ChatResponseUpdate update in On(lease.Client).InvokeAsync(input, context, cancellationToken))
        {
            yield return update;
        }
    }

    async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IReadOnlyList<ChatMessage> input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No ConfigureAwait: the turn must resume on its chain's scheduler.
        var meter = new UsageMeter(context, _metadata, _options?.ModelId);
        IAsyncEnumerator<ChatResponseUpdate> updates = Open(input, cancellationToken);
        bool any = false, finished = false, over = false;
        try
        {
            while (true)
            {
                ChatResponseUpdate update;
                try
                {
                    over = !await updates.MoveNextAsync();
                    if (over)
                    {
                        break;
                    }

                    update = updates.Current ?? throw Broke("returned null as an update");
                }
                catch (Exception error) when (!IsEnd(error, cancellationToken))
                {
                    throw Failed(error);
                }

                meter.Add(update);
                (any, finished) = (true, finished || update.FinishReason is not null);
                yield return update;
            }
        }
        finally
        {
            await CloseAsync(updates, over);
        }

        if (_metadata?.ProviderUri is not null && !finished)
        {
            throw Unfinished(any);
        }

        meter.End();
    }

    /// <summary>Returns the name of the client.</summary>
    /// <returns>The provider and the model, or the type of the client; and the server, if the client states it.</returns>
    public override string ToString() => _name;

    static string NameOf(IChatClient client, ChatClientMetadata? metadata) =>
        metadata?.ProviderUri is { IsAbsoluteUri: true } server
            ? $"{ModelOf(client, metadata)} at {server.Authority}"
            : ModelOf(client, metadata);

    static string ModelOf(IChatClient client, ChatClientMetadata? metadata) => metadata switch
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
        catch (Exception error) when (!IsEnd(error, cancellationToken))
        {
            throw Failed(error);
        }
    }

    /// <summary>Whether an exception says that the turn has ended, or is one of ours.</summary>
    async ValueTask CloseAsync(IAsyncEnumerator<ChatResponseUpdate> updates, bool isOver)
    {
        try
        {
            await updates.DisposeAsync();
        }
        catch (Exception error)
        {
            // An answer that was left, or that failed, has its outcome already.
            if (isOver)
            {
                throw Failed(error);
            }
        }
    }

    /// <summary>The metadata name a client in errors; one that does not tell them goes by its type.</summary>
    static ChatClientMetadata? MetadataOf(IChatClient client)
    {
        try
        {
            return client.GetService<ChatClientMetadata>();
        }
        catch (Exception)
        {
            return null;
        }
    }

    static bool IsEnd(Exception error, CancellationToken cancellationToken) =>
        error is ChatClientException || (error is OperationCanceledException && cancellationToken.IsCancellationRequested);

    ChatClientException Failed(Exception error) => error is ObjectDisposedException disposed ? Disposed(disposed) : new(
        _name,
        $"The chat client '{_name}' failed with {error.GetType().Name}; see the inner exception. FallbackTo() adds a client that answers in "
        + "its place if it fails before its first output.",
        error);

    ChatClientException Unfinished(bool any) => new(
        _name,
        any
            ? $"The answer of the chat client '{_name}' broke off: it ended without a finish reason. The server reported an error in "
                + "mid-stream, or the connection was closed; see its log."
            : $"The chat client '{_name}' ended without an answer. Its server probably sent something else, such as a web page; check the "
                + "address of the endpoint.");

    ChatClientException Broke(string did) =>
        new(_name, $"The chat client '{_name}' {did}, which no client may do. Report it to the client's authors, or use another client.");

    ChatClientException Disposed(ObjectDisposedException error) => new(
        _name,
        $"The chat client '{_name}', or '{error.ObjectName}' inside it, was disposed in use. Dispose a client after its chain.",
        error);
}
