using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Gathers the usage of one request from its updates, and reports it when the answer has ended.</summary>
struct UsageMeter(BlockContext context, ChatClientMetadata? client, string? model)
{
    readonly long _started = context.Time.GetTimestamp();
    TimeSpan? _first;
    string? _answered;
    long _input;
    long _output;
    long _cached;

    /// <summary>Counts an update. A client can report its usage in several updates, each with further tokens.</summary>
    public void Add(ChatResponseUpdate update)
    {
        _first ??= context.Time.GetElapsedTime(_started);
        _answered = update.ModelId ?? _answered;
        for (int i = 0; i < update.Contents.Count; i++)
        {
            if (update.Contents[i] is UsageContent { Details: { } usage })
            {
                _input += usage.InputTokenCount ?? 0;
                _output += usage.OutputTokenCount ?? 0;
                _cached += usage.CachedInputTokenCount ?? 0;
            }
        }
    }

    /// <summary>Reports the usage of the whole answer.</summary>
    public readonly void End() => context.Used(new ModelUsage
    {
        Model = _answered,
        RequestedModel = model ?? client?.DefaultModelId,
        Provider = client?.ProviderName,
        InputTokens = _input,
        OutputTokens = _output,
        CachedInputTokens = _cached,
        TimeToFirstChunk = _first,
        Duration = context.Time.GetElapsedTime(_started),
    });
}
