namespace AgentChain.Simulation.Tests;

/// <summary>A theory that is skipped, saying so, where a file of public data is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(params string[] files) => Skip =
        Array.Find(files, file => SharedData.Find(file) is null) is { } missing ? $"shared/data/{missing} is not beside the repository." : null;
}
