using System.Globalization;

namespace AgentChain.Turns;

/// <summary>Names a turn within its chain: 1 for the first, and so on.</summary>
/// <param name="Value">The number.</param>
public readonly record struct TurnId(long Value)
{
    /// <summary>Gives the number as text.</summary>
    /// <returns>For example <c>turn 17</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"turn {Value}");
}
