using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// The exception that is thrown when keys and values of one model are given to another one. Only the same model, loaded from the same files
/// or copies of them, can continue from them; its device does not matter.
/// </summary>
public sealed class KeyValueMismatchException : OnnxModelException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="source">The path of the model whose keys and values they are.</param>
    /// <param name="target">The path of the model that was to continue from them.</param>
    /// <param name="difference">The difference between the two.</param>
    public KeyValueMismatchException(string source, string target, string difference)
        : base($"'{target}' cannot continue from keys and values of '{source}': {difference}. Load both models from the same files.") =>
        (SourceModel, TargetModel) = (source, target);

    /// <summary>Gets the path of the model whose keys and values they are.</summary>
    public string SourceModel { get; }

    /// <summary>Gets the path of the model that was to continue from them.</summary>
    public string TargetModel { get; }
}
