using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>
/// Serves a local language model as a chat client: streaming, with the usage in the last update. Thread-safe; concurrent requests share the
/// lane token by token.
/// </summary>
/// <remarks>
/// <para>
/// The messages are encoded in the model's own chat format, with <see cref="ChatOptions.Instructions"/> as a system message before them.
/// A request that continues an earlier one reads only the new part (<see cref="UsageDetails.CachedInputTokenCount"/>). Canceling the
/// request's token, or leaving its enumeration, ends the running kernel.
/// </para>
/// <para>
/// Of <see cref="ChatOptions"/>, <c>MaxOutputTokens</c>, <c>Temperature</c> (0 to 100, 0 for the most likely token), <c>TopP</c>,
/// <c>TopK</c>, <c>Seed</c>, <c>StopSequences</c> and <c>Instructions</c> apply; <c>RawRepresentationFactory</c> can return
/// <see cref="GenerationOptions"/> as the base of the others. Options that would change the answer but cannot be kept are refused with a
/// <see cref="NotSupportedException"/>: a required tool, a response format other than text, frequency and presence penalties, a
/// conversation id, and another model's name. So are messages with content other than text, calls and results, and unknown roles. Hints,
/// such as the effort of reasoning, have no effect.
/// </para>
/// <para>
/// A model whose tokenizer has the tokens <c>&lt;tool_call&gt;</c> and <c>&lt;/tool_call&gt;</c>, as Qwen and Hermes, can call functions;
/// for others, tools are refused. Each call is an update as soon as its end is generated. One that is not a JSON object with a name and
/// arguments has its <see cref="FunctionCallContent.Exception"/> set.
/// </para>
/// <para>
/// The finish reason is <see cref="ChatFinishReason.Stop"/>, <see cref="ChatFinishReason.ToolCalls"/>, or
/// <see cref="ChatFinishReason.Length"/> if the limit of tokens or the end of the context was reached. The output tokens are those that were generated, with those of a stop sequence. The raw representation of
/// the last update is its <see cref="GenerationStatistics"/>.
/// </para>
/// </remarks>
public sealed class OnnxChatClient : IChatClient
{
    readonly LanguageModel _model;
    readonly DeviceLane _lane;
    readonly DeviceLane? _ownLane;
    readonly GenerationOptions _defaults;
    readonly Func<IReadOnlyList<AIFunctionDeclaration>, string> _describeTools;
    readonly ChatClientMetadata _metadata;
    readonly TimeProvider _time;
    volatile bool _disposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="model">The model. The caller disposes it after the client.</param>
    /// <param name="options">The name, the lane and the defaults, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// The model is not a chat model: its tokenizer has the control tokens of no known format. Or the model id is empty.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A default for the generation is out of range.</exception>
    public OnnxChatClient(LanguageModel model, OnnxChatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxChatClientOptions();
        ArgumentException.ThrowIfNullOrWhiteSpace(options.ModelId, "options.ModelId");
        if (model.Format is null)
        {
            throw new ArgumentException(
                "The model is not a chat model: its tokenizer does not have the control tokens of a known chat format. Use LanguageModel.Generate with token IDs instead.",
                nameof(model));
        }

        _defaults = options.Generation ?? model.Defaults;
        _defaults.Validate();
        (_model, _time) = (model, options.Time ?? TimeProvider.System);
        _describeTools = options.ToolPrompt ?? ToolText.Describe;
        _metadata = new ChatClientMetadata("onnx", defaultModelId: options.ModelId);
        _ownLane = options.Lane is null ? new DeviceLane($"{options.ModelId} on {model.Device.Name}") : null;
        _lane = options.Lane ?? _ownLane!;
    }

    string ModelId => _metadata.DefaultModelId!;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no messages, they do not fit, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">The model cannot read a message or keep an option.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    /// <exception cref="AgentChain.Onnx.Runtime.OnnxOutputException">The model returned invalid logits.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        ChatResponse response = updates.ToChatResponse();
        response.RawRepresentation = updates[^1].RawRepresentation;
        return response;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// There are no messages, they do not fit, or an option is out of range. Thrown by the enumeration, as the following are.
    /// </exception>
    /// <exception cref="NotSupportedException">The model cannot read a message or keep an option.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    /// <exception cref="AgentChain.Onnx.Runtime.OnnxOutputException">
    /// The model returned invalid logits; the text before them was delivered.
    /// </exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return RunAsync(messages, options, cancellationToken);
    }

    /// <summary>Returns the metadata, the <see cref="LanguageModel"/>, or this client.</summary>
    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_model) ? _model
            : null;
    }

    /// <summary>Ends the requests that run, and the client's own lane. The model belongs to the caller.</summary>
    public void Dispose()
    {
        _disposed = true;
        _ownLane?.Dispose();
    }

    async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        GenerationOptions generation = RequestOptions.Map(options, _defaults, ModelId, this);
        IReadOnlyList<AIFunctionDeclaration> tools = RequestOptions.Tools(options, ToolText.IsKnownTo(_model.Tokenizer));
        var stop = new StopText(RequestOptions.Stops(options));
        ChatPrompt prompt = ChatPrompts.Of(messages, options?.Instructions, tools.Count > 0 ? _describeTools(tools) : null);
        Generation answer = _model.Generate(_lane, prompt, generation, _time);
        string id = Guid.NewGuid().ToString("N");
        ToolCallReader? calls = tools.Count > 0 ? new(id) : null;
        IAsyncEnumerator<GeneratedToken> tokens = answer.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (!stop.IsFound && await NextAsync(tokens, cancellationToken).ConfigureAwait(false))
            {
                if (stop.Add(tokens.Current.Text) is not { Length: > 0 } text)
                {
                    continue;
                }

                foreach (AIContent content in calls?.Add(text) ?? [new TextContent(text)])
                {
                    yield return Update(id, content);
                }
            }
        }
        finally
        {
            // Ends the generation before its statistics are read.
            await tokens.DisposeAsync().ConfigureAwait(false);
        }

        string rest = stop.Rest();
        foreach (AIContent content in calls?.Add(rest) ?? (rest.Length > 0 ? [new TextContent(rest)] : []))
        {
            yield return Update(id, content);
        }

        if (calls?.Rest() is { } last)
        {
            yield return Update(id, last);
        }

        yield return Last(id, answer.Statistics, stop.IsFound, calls is { Calls: > 0 });
    }

    async ValueTask<bool> NextAsync(IAsyncEnumerator<GeneratedToken> tokens, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_disposed && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().FullName);
        }
    }

    ChatResponseUpdate Update(string id, AIContent content) => new(ChatRole.Assistant, [content])
    {
        ModelId = ModelId,
        ResponseId = id,
        MessageId = id,
        CreatedAt = _time.GetUtcNow(),
    };

    ChatResponseUpdate Last(string id, GenerationStatistics statistics, bool stopped, bool called)
    {
        ChatResponseUpdate update = Update(id, new UsageContent(new UsageDetails
        {
            InputTokenCount = statistics.PromptTokens,
            OutputTokenCount = statistics.GeneratedTokens,
            TotalTokenCount = statistics.PromptTokens + statistics.GeneratedTokens,
            CachedInputTokenCount = statistics.ReusedTokens,
        }));
        update.FinishReason = !stopped && statistics.Finish != FinishReason.Stop ? ChatFinishReason.Length
            : called ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        update.RawRepresentation = statistics;
        return update;
    }
}
