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

/// <summary>
/// A tensor was bound under a name, element type or shape that the graph does not have, or an input was left unbound. The message
/// lists the inputs or outputs the graph does have.
/// </summary>
public sealed class OnnxBindingException : OnnxModelException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="tensorName">The name that was asked for or is missing.</param>
    /// <param name="message">What is wrong, with what the graph has.</param>
    public OnnxBindingException(string tensorName, string message)
        : base(message) => TensorName = tensorName;

    /// <summary>The name of the tensor that was asked for or is missing.</summary>
    public string TensorName { get; }
}
