namespace AgentChain.Onnx.Language;

/// <summary>Represents the counts and times of a generation. Contains no text.</summary>
/// <param name="Finish">The reason the generation ended.</param>
/// <param name="PromptTokens">The number of tokens in the prompt.</param>
/// <param name="ReusedTokens">The number of prompt tokens that a cache had already read.</param>
/// <param name="GeneratedTokens">The number of tokens returned, without the stop token.</param>
/// <param name="Steps">The number of tokens chosen, including the stop token.</param>
/// <param name="TimeToFirstToken">The time from the start of the work on the lane to the first token.</param>
/// <param name="DecodeTime">The time from the first token to the last.</param>
public readonly record struct GenerationStatistics(
    FinishReason Finish, int PromptTokens, int ReusedTokens, int GeneratedTokens, int Steps, TimeSpan TimeToFirstToken, TimeSpan DecodeTime)
{
    /// <summary>Gets the number of steps per second after the first token, or 0 if there were none.</summary>
    public double TokensPerSecond => Steps > 1 && DecodeTime > TimeSpan.Zero ? (Steps - 1) / DecodeTime.TotalSeconds : 0;
}
