namespace VoiceAgent.CommandLine;

/// <summary>The program's exit codes; <c>--help</c> lists them.</summary>
static class ExitCode
{
    public const int Success = 0;
    public const int TurnNotCompleted = 1;
    public const int Usage = 2;
    public const int Input = 3;
    public const int Output = 4;
    public const int Models = 5;
    public const int Unexpected = 6;
    public const int Server = 7;
    public const int Interrupted = 130;
}

/// <summary>Ends the program with one line on standard error and an exit code.</summary>
sealed class VoiceAgentException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
