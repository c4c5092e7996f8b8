namespace CapacityPlanner;

/// <summary>The program's exit codes.</summary>
static class ExitCode
{
    public const int Success = 0;
    public const int TargetMissed = 1;
    public const int Usage = 2;
    public const int Input = 3;
    public const int Output = 4;
    public const int Interrupted = 130;
}
