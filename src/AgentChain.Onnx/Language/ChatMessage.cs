using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who says it.</param>
/// <param name="Content">What is said, exactly as the model shall read it.</param>
public sealed record ChatMessage(ChatRole Role, string Content);
