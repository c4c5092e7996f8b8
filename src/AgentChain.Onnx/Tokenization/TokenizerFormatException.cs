using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// The exception that is thrown when a <c>tokenizer.json</c> is damaged or requires an unsupported part. The message names the part.
/// </summary>
public sealed class TokenizerFormatException : OnnxModelException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message, which names the part and the way to fix it.</param>
    /// <param name="innerException">The error from the JSON reader, if any.</param>
    public TokenizerFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
