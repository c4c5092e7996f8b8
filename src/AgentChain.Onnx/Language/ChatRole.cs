using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>Specifies the role of a message's speaker.</summary>
/// <remarks>There is no unspecified member: every message has a speaker.</remarks>
public enum ChatRole
{
    /// <summary>The instructions and facts.</summary>
    System,

    /// <summary>The user of the model.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}
