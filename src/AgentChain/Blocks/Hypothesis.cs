using AgentChain.Speculation;

namespace AgentChain;

/// <summary>Creates hypotheses.</summary>
public static class Hypothesis
{
    /// <summary>Creates a hypothesis whose value can still change.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="probability">The probability that the final value will be equal, 0 to 1.</param>
    /// <param name="features">The evidence for the probability.</param>
    /// <returns>The hypothesis.</returns>
    public static Hypothesis<T> Tentative<T>(T value, double probability, HypothesisFeatures features = default) =>
        new(value, probability, false) { Features = features };

    /// <summary>Creates the final value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The final value.</returns>
    public static Hypothesis<T> Final<T>(T value) => new(value, 1, true);
}
