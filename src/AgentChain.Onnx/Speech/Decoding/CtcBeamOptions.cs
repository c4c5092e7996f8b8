namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Provides settings for a <see cref="CtcBeamDecoder"/>.</summary>
public sealed record CtcBeamOptions
{
    /// <summary>Gets the weight of the language model's log probabilities; default 0.6.</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>Gets the bonus for every word, which offsets the language model's preference for few words; default 1.</summary>
    public double Beta { get; init; } = 1.0;

    /// <summary>Gets the number of hypotheses kept after each frame, 1 to 4096; default 24.</summary>
    public int Width { get; init; } = 24;

    /// <summary>Gets the log probability below which a label is not followed; default -9.</summary>
    public double Cutoff { get; init; } = -9.0;

    internal void Validate()
    {
        if (Width is < 1 or > 4096 || !double.IsFinite(Alpha) || !double.IsFinite(Beta) || double.IsNaN(Cutoff))
        {
            throw new ArgumentException(FormattableString.Invariant($"A beam's width must be 1 to 4096 and its weights must be finite; these options have width {Width}, alpha {Alpha}, beta {Beta}, cutoff {Cutoff}."));
        }
    }
}
