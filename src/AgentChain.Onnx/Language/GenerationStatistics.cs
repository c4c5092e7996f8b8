namespace AgentChain.Onnx.Language;

/// <summary>Represents the counts and times of a generation. Contains no text.</summary>
public readonly record struct GenerationStatistics
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="finish">The reason the generation ended.</param>
    /// <param name="promptTokens">The number of tokens in the prompt.</param>
    /// <param name="reusedTokens">The number of prompt tokens that a cache had already read.</param>
    /// <param name="generatedTokens">The number of tokens returned, without the stop token.</param>
    /// <param name="steps">The number of tokens chosen, including the stop token.</param>
    /// <param name="timeToFirstToken">The time from the start of the work on the lane to the first token.</param>
    /// <param name="decodeTime">The time from the first token to the last.</param>
    public GenerationStatistics(
        FinishReason finish, int promptTokens, int reusedTokens, int generatedTokens,
        int steps, TimeSpan timeToFirstToken, TimeSpan decodeTime) =>
        (Finish, PromptTokens, ReusedTokens, GeneratedTokens, Steps, TimeToFirstToken, DecodeTime) =
            (finish, promptTokens, reusedTokens, generatedTokens, steps, timeToFirstToken, decodeTime);

    /// <summary>Gets the reason the generation ended.</summary>
    public FinishReason Finish { get; init; }

    /// <summary>Gets the number of tokens in the prompt.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Gets the number of prompt tokens that a cache had already read.</summary>
    public int ReusedTokens { get; init; }

    /// <summary>Gets the number of tokens returned, without the stop token.</summary>
    public int GeneratedTokens { get; init; }

    /// <summary>Gets the number of tokens chosen, including the stop token.</summary>
    public int Steps { get; init; }

    /// <summary>Gets the time from the start of the work on the lane to the first token.</summary>
    public TimeSpan TimeToFirstToken { get; init; }

    /// <summary>Gets the time from the first token to the last.</summary>
    public TimeSpan DecodeTime { get; init; }

    /// <summary>Gets the number of steps per second after the first token, or 0 if there were none.</summary>
    public double TokensPerSecond => Steps > 1 && DecodeTime > TimeSpan.Zero ? (Steps - 1) / DecodeTime.TotalSeconds : 0;
}
