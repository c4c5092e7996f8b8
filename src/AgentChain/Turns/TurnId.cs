using System.Globalization;

namespace AgentChain;

/// <summary>Identifies a turn within its chain. The first turn is number 1.</summary>
/// <param name="Value">The number of the turn.</param>
public readonly record struct TurnId(long Value)
{
    /// <summary>Returns the name of the turn.</summary>
    /// <returns>A string such as <c>turn 17</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"turn {Value}");
}
