using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>Specifies the role of a message's speaker.</summary>
public enum ChatRole
{
    /// <summary>The instructions and facts.</summary>
    System,

    /// <summary>The user of the model.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}
