using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tokenization;

/// <summary>A <c>tokenizer.json</c> is damaged or asks for a part that is not supported. The message names the part.</summary>
public sealed class TokenizerFormatException : OnnxModelException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, naming the part and the way out.</param>
    /// <param name="innerException">What the JSON reader said, if anything.</param>
    public TokenizerFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
