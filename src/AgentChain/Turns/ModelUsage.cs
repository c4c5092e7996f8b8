namespace AgentChain;

/// <summary>Represents the use of a model by a block: one request, or the sum of several. Contains no user content.</summary>
public readonly record struct ModelUsage
{
    readonly int? _requests;

    /// <summary>Gets the name of the model that answered, or <see langword="null"/> if unknown.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the name of the model that was requested, or <see langword="null"/> if unknown.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>Gets the name of the provider, such as <c>openai</c>, or <see langword="null"/> if unknown.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets the number of input tokens, including cached ones.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets the number of output tokens.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets the number of input tokens that came from a cache.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Gets the number of requests.</summary>
    /// <value>1 by default.</value>
    public int Requests
    {
        get => _requests ?? 1;
        init => _requests = value;
    }

    /// <summary>Gets the time from the request to the first chunk of the answer; in a sum, that of the first request.</summary>
    /// <value><see langword="null"/> if there was none, or if it is unknown.</value>
    public TimeSpan? TimeToFirstChunk { get; init; }

    /// <summary>Gets the time from the request to the end of the answer; in a sum, the sum.</summary>
    /// <value><see langword="null"/> if unknown.</value>
    public TimeSpan? Duration { get; init; }

    /// <summary>Returns the sum of two usages of the same model.</summary>
    internal ModelUsage Plus(in ModelUsage other) => this with
    {
        InputTokens = InputTokens + other.InputTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        CachedInputTokens = CachedInputTokens + other.CachedInputTokens,
        Requests = Requests + other.Requests,
        TimeToFirstChunk = TimeToFirstChunk ?? other.TimeToFirstChunk,
        Duration = Duration is null && other.Duration is null ? null : (Duration ?? TimeSpan.Zero) + (other.Duration ?? TimeSpan.Zero),
    };
}
