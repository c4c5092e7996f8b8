namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Settings of a <see cref="CtcBeamDecoder"/>.</summary>
public sealed record CtcBeamOptions
{
    /// <summary>Weight of the language model's log probabilities; default 0.6.</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>Added for every word, against the language model's liking for few words; default 1.</summary>
    public double Beta { get; init; } = 1.0;

    /// <summary>Hypotheses kept after each frame, 1 to 4096; default 24.</summary>
    public int Width { get; init; } = 24;

    /// <summary>A label whose log probability is below this is not followed; default -9.</summary>
    public double Cutoff { get; init; } = -9.0;

    internal void Validate()
    {
        if (Width is < 1 or > 4096 || !double.IsFinite(Alpha) || !double.IsFinite(Beta) || double.IsNaN(Cutoff))
        {
            throw new ArgumentException(FormattableString.Invariant($"A beam keeps 1 to 4096 hypotheses and has finite weights; these options have width {Width}, alpha {Alpha}, beta {Beta}, cutoff {Cutoff}."));
        }
    }
}
