using System.Runtime.CompilerServices;

namespace AgentChain.Simulation.Tests;

/// <summary>A theory that is skipped, saying so, where a file of public data is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string[] files, [CallerFilePath] string? source = null, [CallerLineNumber] int line = -1)
        : base(source, line) => Skip =
        Array.Find(files, file => SharedData.Find(file) is null) is { } missing ? $"shared/data/{missing} is not beside the repository." : null;
}
