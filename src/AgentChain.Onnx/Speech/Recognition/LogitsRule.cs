namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Excludes tokens before one is chosen, by setting their logits to negative infinity.</summary>
/// <param name="logits">The logits of the next token.</param>
/// <param name="said">The number of tokens said so far.</param>
internal delegate void LogitsRule(Span<float> logits, int said);
