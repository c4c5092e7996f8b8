namespace AgentChain.Onnx.Runtime;

/// <summary>
/// The exception that is thrown when the native library of ONNX Runtime is not next to the application or has another release than the
/// managed one. The message names the packages that bring it.
/// </summary>
public sealed class OnnxRuntimeNotFoundException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message, which names the packages that bring the library.</param>
    /// <param name="innerException">The error of the loader.</param>
    public OnnxRuntimeNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
