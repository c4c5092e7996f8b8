namespace CapacityPlanner;

/// <summary>Ends the program with one line on standard error and an exit code.</summary>
sealed class PlannerException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
