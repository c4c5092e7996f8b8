namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>How much each order of n-gram counts; the three should sum to 1.</summary>
/// <param name="Bigram">Weight of c(p, w) / c(p); default 0.8.</param>
/// <param name="Unigram">Weight of c(w) / N; default 0.15.</param>
/// <param name="Uniform">Weight of 1 / V; default 0.05.</param>
public readonly record struct BigramWeights(double Bigram = 0.8, double Unigram = 0.15, double Uniform = 0.05)
{
    /// <summary>0.8, 0.15 and 0.05.</summary>
    public static BigramWeights Default => new(0.8, 0.15, 0.05);
}
