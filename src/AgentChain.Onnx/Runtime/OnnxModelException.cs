namespace AgentChain.Onnx.Runtime;

/// <summary>
/// The exception that is thrown when a model file or folder is missing, damaged, or not in the expected layout. The message names the file,
/// the field and the way to fix it. Every error about a file of a model is of this type or derives from it.
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

    /// <summary>Gets the path of the damaged file, as the host or the folder gave it.</summary>
    /// <value><see langword="null"/> (the default) if the error is not about a single file that was being read.</value>
    public string? File { get; init; }

    /// <summary>
    /// Gets the invalid field of the file, such as <c>model.decoder.filename</c>, <c>added_tokens[3].id</c> or <c>line 12</c>.
    /// </summary>
    /// <value><see langword="null"/> (the default) if the error is about the whole file.</value>
    public string? Field { get; init; }
}
