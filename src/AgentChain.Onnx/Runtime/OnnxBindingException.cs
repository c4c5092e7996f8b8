namespace AgentChain.Onnx.Runtime;

/// <summary>
/// The exception that is thrown when a tensor is bound with a name, element type or shape that the graph does not have, or when an input is
/// left unbound. The message lists the graph's inputs or outputs.
/// </summary>
public sealed class OnnxBindingException : OnnxModelException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="tensorName">The name of the requested or missing tensor.</param>
    /// <param name="message">The message, which lists the inputs or outputs of the graph.</param>
    public OnnxBindingException(string tensorName, string message)
        : base(message) => TensorName = tensorName;

    /// <summary>Gets the name of the requested or missing tensor.</summary>
    public string TensorName { get; }
}
