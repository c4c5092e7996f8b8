namespace AgentChain.Onnx.Speech.Audio;

/// <summary>The exception for an unreadable WAV stream. The message states the problem and a remedy; it never contains audio.</summary>
public sealed class WavFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">The kind of problem.</param>
    /// <param name="message">One line: the problem, the value and a remedy.</param>
    public WavFormatException(WavProblem problem, string message)
        : base(message) => Problem = problem;

    /// <summary>Creates the exception for a file.</summary>
    /// <param name="problem">The kind of problem.</param>
    /// <param name="message">One line: the problem, the value and a remedy.</param>
    /// <param name="path">The path of the file, which precedes the message.</param>
    public WavFormatException(WavProblem problem, string message, string path)
        : base($"'{path}': {message}") => (Problem, Path) = (problem, path);

    /// <summary>Gets the kind of problem, for a host that words its own message.</summary>
    public WavProblem Problem { get; }

    /// <summary>Gets the path of the file; null if the audio came from a stream.</summary>
    public string? Path { get; }
}
