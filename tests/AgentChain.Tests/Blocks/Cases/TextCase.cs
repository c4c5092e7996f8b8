namespace AgentChain.Tests.Blocks.Cases;

/// <summary>An input and what a component should make of it.</summary>
/// <param name="Input">The input.</param>
/// <param name="Expected">The expected result, or <c>!~</c> and what must not remain.</param>
/// <param name="Argument">Why the component does not meet the expectation, or an empty string.</param>
public sealed record TextCase(string Input, string Expected, string Argument)
{
    public bool IsMetBy(string result) =>
        Expected.StartsWith("!~", StringComparison.Ordinal) ? !result.Contains(Expected[2..], StringComparison.Ordinal)
            : result == Expected;
}
