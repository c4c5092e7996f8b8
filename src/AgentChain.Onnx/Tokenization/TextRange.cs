using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Represents a half-open range of characters.</summary>
readonly record struct TextRange(int Start, int End);
