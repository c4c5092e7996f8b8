namespace AgentChain.Extensions.AI;

/// <summary>A call of a tool that the model will probably make. Immutable.</summary>
/// <param name="Tool">The name of the tool. A call of a tool that may not run early is ignored.</param>
/// <param name="Arguments">The arguments, as the model would write them; <see langword="null"/> for none.</param>
/// <param name="Probability">
/// The probability that the model makes exactly this call in this turn, 0 to 1. The chain's controller corrects it by experience.
/// </param>
public sealed record EarlyCall(string Tool, IReadOnlyDictionary<string, object?>? Arguments, double Probability)
{
    /// <summary>Gets the expected time until the model makes the call, from now.</summary>
    /// <value>
    /// <see langword="null"/> if unknown, which is the default: the call starts at once, or not at all. If the tool needs less, the call
    /// may
    /// start later, because waiting costs nothing.
    /// </value>
    public TimeSpan? TimeToNeed { get; init; }

    /// <summary>The table that the probability comes from, and the place in it; null if it comes from the host.</summary>
    internal (ToolPatterns Table, string After)? Pattern { get; init; }

    /// <summary>Returns a one-line description that contains no arguments.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => FormattableString.Invariant($"early call of '{Tool}' with probability {Probability:0.###}");
}
