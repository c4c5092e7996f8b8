namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents the interpolation weights of the n-gram orders. The three should sum to 1.</summary>
/// <param name="Bigram">The weight of c(p, w) / c(p); default 0.8.</param>
/// <param name="Unigram">The weight of c(w) / N; default 0.15.</param>
/// <param name="Uniform">The weight of 1 / V; default 0.05.</param>
public readonly record struct BigramWeights(double Bigram = 0.8, double Unigram = 0.15, double Uniform = 0.05)
{
    /// <summary>Gets the default weights: 0.8, 0.15 and 0.05.</summary>
    public static BigramWeights Default => new(0.8, 0.15, 0.05);
}
