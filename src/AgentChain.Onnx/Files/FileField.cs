using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>Represents a field of a model's file, for errors that appear only when its value is used.</summary>
/// <param name="File">The file.</param>
/// <param name="Field">The path of the field, or <see langword="null"/> for the whole file.</param>
sealed record FileField(ModelFile File, string? Field)
{
    /// <summary>Creates an error about the field.</summary>
    public OnnxModelException Wrong(string problem, Exception? inner = null) => File.Error(Field, problem, inner);
}
