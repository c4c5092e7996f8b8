using System.Runtime.CompilerServices;

namespace AgentChain;

/// <summary>A value to fall back to, created by <see cref="Overrun.Fallback"/>.</summary>
/// <typeparam name="T">The type of the block's output.</typeparam>
/// <param name="Value">The value.</param>
public readonly record struct FallbackValue<T>(T Value)
{
    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => "fallback value";
}
