using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Represents a <c>tokenizer.json</c>, whose errors have a type of their own.</summary>
sealed class TokenizerFile(string path) : ModelFile(path)
{
    public override OnnxModelException Error(string? field, string problem, Exception? inner = null) =>
        new TokenizerFormatException(Describe(field, problem), inner) { File = Path, Field = field };
}
