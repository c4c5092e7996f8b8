namespace AgentChain.Remote;

/// <summary>The body of a request. A field that is null is not sent.</summary>
sealed record ChatBody
{
    public required string Model { get; init; }

    public required IReadOnlyList<WireMessage> Messages { get; init; }

    public bool Stream { get; init; } = true;

    public WireStreamOptions StreamOptions { get; init; } = new();

    public int? MaxTokens { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public long? Seed { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>The priority of vLLM and SGLang.</summary>
    public int? Priority { get; init; }

    /// <summary>The extensions of Dynamo.</summary>
    public WireExtensions? Nvext { get; init; }

    /// <summary>Whether the last message is the beginning of the answer.</summary>
    public bool? ContinueFinalMessage { get; init; }

    public bool? AddGenerationPrompt { get; init; }
}
