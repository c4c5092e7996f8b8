namespace AgentChain.Onnx.Language;

/// <summary>Specifies why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model generated a stop token.</summary>
    Stop,

    /// <summary><see cref="GenerationOptions.MaxTokens"/> tokens were generated.</summary>
    MaxTokens,

    /// <summary>The sequence reached the capacity of the cache or the context length of the model.</summary>
    ContextFull,
}
