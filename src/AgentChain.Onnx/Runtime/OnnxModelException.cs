namespace AgentChain.Onnx.Runtime;

/// <summary>
/// The exception that is thrown when a model file or folder is missing, damaged, or not in the expected layout. The message names the file
/// and the way to fix it.
/// </summary>
public class OnnxModelException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message, which names the file, the value and the way to fix it.</param>
    /// <param name="innerException">The error from ONNX Runtime or the file system, if any.</param>
    public OnnxModelException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
