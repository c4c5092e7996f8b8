using AgentChain.Speculation;

namespace AgentChain.Blocks;

/// <summary>A value published before it is certain, or the final one.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="Probability">P(final): the probability, 0 to 1, that the final value will be equal; 1 for the final one.</param>
/// <param name="IsFinal">Whether it is the final value.</param>
public readonly record struct Hypothesis<T>(T Value, double Probability, bool IsFinal)
{
    /// <summary>Gets the evidence behind <see cref="Probability"/>, for the controller that decides what is started on it.</summary>
    public HypothesisFeatures Features { get; init; }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => IsFinal ? "final" : OptionCheck.Text($"tentative, P(final) {Probability:0.###}");
}
