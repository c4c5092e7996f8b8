namespace AgentChain.Onnx.Speech;

/// <summary>The files of a speech model do not fit together or are not of a layout that is read. The message names the file, what is wrong
/// in it and the way out.</summary>
public sealed class SpeechModelException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="file">The file's name, without its folder.</param>
    /// <param name="message">What is wrong and the way out.</param>
    /// <param name="innerException">What was thrown underneath, if anything.</param>
    public SpeechModelException(string file, string message, Exception? innerException = null)
        : base($"{file}: {message}", innerException) => File = file;

    /// <summary>The file's name, without its folder.</summary>
    public string File { get; }
}
