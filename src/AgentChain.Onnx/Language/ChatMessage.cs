using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>Represents one message of a conversation.</summary>
/// <param name="Role">The role of the speaker.</param>
/// <param name="Content">The text, exactly as the model should read it.</param>
public sealed record ChatMessage(ChatRole Role, string Content);
