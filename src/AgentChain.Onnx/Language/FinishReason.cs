namespace AgentChain.Onnx.Language;

/// <summary>Specifies why a generation ended.</summary>
/// <remarks>There is no unspecified member: the reason is known when a generation has ended, and read before it is <c>Stop</c>.</remarks>
public enum FinishReason
{
    /// <summary>The model generated a stop token.</summary>
    Stop,

    /// <summary><see cref="GenerationOptions.MaxTokens"/> tokens were generated.</summary>
    MaxTokens,

    /// <summary>The sequence reached the capacity of the cache or the context length of the model.</summary>
    ContextFull,
}
