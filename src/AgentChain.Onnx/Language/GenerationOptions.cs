namespace AgentChain.Onnx.Language;

/// <summary>How tokens are chosen and when to stop. Immutable; <see cref="LanguageModel.Defaults"/> has what the model's own files ask for.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to generate, 1 or more. Default 256. The context's end stops a generation too.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>0 (the default) always takes the likeliest token; above, logits are divided by it before sampling. 0 to 100.</summary>
    public float Temperature { get; init; }

    /// <summary>Samples among this many likeliest tokens only; 0 (the default) among all.</summary>
    public int TopK { get; init; }

    /// <summary>Samples among the fewest likeliest tokens that reach this probability together (nucleus; Holtzman et al., 2020). Above 0, at most 1 (the default, which turns it off).</summary>
    public float TopP { get; init; } = 1;

    /// <summary>
    /// Makes tokens that occurred already, in the prompt or the answer, less likely: positive logits are divided by it, negative ones
    /// multiplied (Keskar et al., 2019). Above 0; 1 (the default) turns it off.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Makes sampling repeatable; <see langword="null"/> (the default) draws a new seed for each generation.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1, nameof(MaxTokens));
        ArgumentOutOfRangeException.ThrowIfNegative(TopK, nameof(TopK));
        Require(Temperature is >= 0 and <= 100, nameof(Temperature), Temperature);
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP);
        Require(RepetitionPenalty is > 0 and <= 100, nameof(RepetitionPenalty), RepetitionPenalty);
    }

    static void Require(bool inRange, string name, float value)
    {
        if (!inRange)
        {
            throw new ArgumentOutOfRangeException(name, value, "The value lies outside its range; see the property's documentation.");
        }
    }
}
