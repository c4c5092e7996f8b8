namespace AgentChain.Onnx.Tokenization;

/// <summary>Turns a piece of text into ids of a vocabulary. Thread-safe.</summary>
abstract class TokenModel
{
    /// <summary>Appends the ids of one piece.</summary>
    public abstract void Encode(ReadOnlySpan<char> piece, List<int> ids);
}
