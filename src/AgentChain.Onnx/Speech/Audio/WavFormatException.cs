namespace AgentChain.Onnx.Speech.Audio;

/// <summary>The exception for an unreadable WAV stream. The message states the problem and a remedy; it never contains audio.</summary>
public sealed class WavFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">The kind of problem.</param>
    /// <param name="message">One line: the problem, the value and a remedy.</param>
    public WavFormatException(WavProblem problem, string message)
        : base(message) => Problem = problem;

    /// <summary>Gets the kind of problem, for a host that words its own message.</summary>
    public WavProblem Problem { get; }
}
