using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>Who says a message.</summary>
public enum ChatRole
{
    /// <summary>The instructions and facts.</summary>
    System,

    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}
