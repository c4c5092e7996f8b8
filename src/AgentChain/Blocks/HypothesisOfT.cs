using AgentChain.Speculation;

namespace AgentChain;

/// <summary>Represents a value that is published before it is final, or the final value.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="Probability">P(final): the probability, 0 to 1, that the final value will be equal; 1 for the final value.</param>
/// <param name="IsFinal"><see langword="true"/> if this is the final value.</param>
public readonly record struct Hypothesis<T>(T Value, double Probability, bool IsFinal)
{
    /// <summary>Gets the evidence for <see cref="Probability"/>, from which the controller decides which work to start.</summary>
    public HypothesisFeatures Features { get; init; }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => IsFinal ? "final" : OptionCheck.Text($"tentative, P(final) {Probability:0.###}");
}
