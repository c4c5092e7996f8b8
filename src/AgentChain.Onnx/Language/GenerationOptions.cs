namespace AgentChain.Onnx.Language;

/// <summary>
/// Specifies how tokens are chosen and when to stop. Immutable. <see cref="LanguageModel.Defaults"/> has the options from the model's own
/// files.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>
    /// Gets the maximum number of tokens to generate, 1 or more. The default is 256. A generation also stops at the end of the context.
    /// </summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// Gets the temperature, 0 to 100, by which logits are divided before sampling. 0 (the default) always takes the most likely token.
    /// </summary>
    public float Temperature { get; init; }

    /// <summary>Gets the number of most likely tokens to sample from; 0 (the default) samples from all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Gets the probability mass to sample from: the fewest most likely tokens that together reach it (nucleus sampling; Holtzman et al.,
    /// 2020). Above 0 and at most 1 (the default, which turns it off).
    /// </summary>
    public float TopP { get; init; } = 1;

    /// <summary>
    /// Gets the penalty that makes tokens from the prompt and the answer less likely to be repeated: their positive logits are divided by
    /// it, negative ones multiplied (Keskar et al., 2019). Above 0 and at most 100; 1 (the default) turns it off.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>
    /// Gets the seed that makes sampling repeatable; <see langword="null"/> (the default) draws a new seed for each generation.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>Validates the ranges of the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names the option and its range.</exception>
    public void Validate()
    {
        Require(MaxTokens >= 1, nameof(MaxTokens), MaxTokens, "at least 1");
        Require(TopK >= 0, nameof(TopK), TopK, "at least 0");
        Require(Temperature is >= 0 and <= 100, nameof(Temperature), Temperature, "a number from 0 to 100");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1");
        Require(RepetitionPenalty is > 0 and <= 100, nameof(RepetitionPenalty), RepetitionPenalty, "above 0 and at most 100");
    }

    static void Require(bool inRange, string name, IFormattable value, string range)
    {
        if (!inRange)
        {
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"GenerationOptions.{name} is {value}; it must be {range}."));
        }
    }
}
