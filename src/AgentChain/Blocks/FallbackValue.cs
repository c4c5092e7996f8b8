using System.Runtime.CompilerServices;

namespace AgentChain.Blocks;

/// <summary>A value to fall back to; made by <see cref="Overrun.Fallback"/>.</summary>
/// <typeparam name="T">The block's output.</typeparam>
/// <param name="Value">The value.</param>
public readonly record struct FallbackValue<T>(T Value)
{
    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => "fallback value";
}
