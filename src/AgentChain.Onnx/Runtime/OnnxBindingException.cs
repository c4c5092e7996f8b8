namespace AgentChain.Onnx.Runtime;

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
