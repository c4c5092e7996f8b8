namespace AgentChain.Onnx.Speech.Audio;

/// <summary>A stream is not a WAV file this library can read. The message says what is wrong and what would help; it never holds audio.</summary>
public sealed class WavFormatException : FormatException
{
    /// <summary>Makes the error.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="message">One line: what is wrong, the value, the way out.</param>
    public WavFormatException(WavProblem problem, string message)
        : base(message) => Problem = problem;

    /// <summary>What is wrong, for a host that words its own message.</summary>
    public WavProblem Problem { get; }
}
