using AgentChain.Speculation;

namespace AgentChain;

/// <summary>Represents a value that is published before it is final, or the final value.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly record struct Hypothesis<T>
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="value">The value.</param>
    /// <param name="probability">P(final): the probability, 0 to 1, that the final value will be equal; 1 for the final value.</param>
    /// <param name="isFinal"><see langword="true"/> if this is the final value.</param>
    public Hypothesis(T value, double probability, bool isFinal) =>
        (Value, Probability, IsFinal) = (value, probability, isFinal);

    /// <summary>Gets the value.</summary>
    public T Value { get; init; }

    /// <summary>Gets P(final): the probability, 0 to 1, that the final value will be equal; 1 for the final value.</summary>
    public double Probability { get; init; }

    /// <summary>Gets a value that indicates whether this is the final value.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Gets the evidence for <see cref="Probability"/>, from which the controller decides which work to start.</summary>
    public HypothesisFeatures Features { get; init; }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => IsFinal ? "final" : OptionCheck.Text($"tentative, P(final) {Probability:0.###}");
}
