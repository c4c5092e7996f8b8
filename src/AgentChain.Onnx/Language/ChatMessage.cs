using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>Represents one message of a conversation.</summary>
public sealed record ChatMessage
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="role">The role of the speaker.</param>
    /// <param name="content">The text, exactly as the model should read it.</param>
    public ChatMessage(ChatRole role, string content) =>
        (Role, Content) = (role, content);

    /// <summary>Gets the role of the speaker.</summary>
    public ChatRole Role { get; init; }

    /// <summary>Gets the text, exactly as the model should read it.</summary>
    public string Content { get; init; }
}
