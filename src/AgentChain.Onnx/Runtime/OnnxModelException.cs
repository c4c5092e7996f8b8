namespace AgentChain.Onnx.Runtime;

/// <summary>A model file or folder is missing, damaged, or not of the layout it was loaded as. The message names the file and the way out.</summary>
public class OnnxModelException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, naming the file, the value and the way out.</param>
    /// <param name="innerException">What ONNX Runtime or the file system said, if anything.</param>
    public OnnxModelException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
