using AgentChain.Speculation;

namespace AgentChain.Blocks;

/// <summary>Makes hypotheses.</summary>
public static class Hypothesis
{
    /// <summary>Makes a value that may still change.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="probability">P(final), 0 to 1.</param>
    /// <param name="features">The evidence behind it.</param>
    /// <returns>The hypothesis.</returns>
    public static Hypothesis<T> Tentative<T>(T value, double probability, HypothesisFeatures features = default) =>
        new(value, probability, false) { Features = features };

    /// <summary>Makes the final value.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The final value.</returns>
    public static Hypothesis<T> Final<T>(T value) => new(value, 1, true);
}
