namespace AgentChain.Onnx.Tokenization;

/// <summary>Encodes a piece of text as IDs of a vocabulary. Thread-safe.</summary>
abstract class TokenModel
{
    /// <summary>Appends the IDs of one piece.</summary>
    public abstract void Encode(ReadOnlySpan<char> piece, List<int> ids);
}
