namespace AgentChain.Onnx.Language;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model gave a stop token.</summary>
    Stop,

    /// <summary><see cref="GenerationOptions.MaxTokens"/> were given.</summary>
    MaxTokens,

    /// <summary>The sequence is as long as the cache or the model's context.</summary>
    ContextFull,
}
