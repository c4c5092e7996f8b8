namespace AgentChain.Onnx.Language;

/// <summary>What a generation did and how long it took. Counts and times only, no text.</summary>
/// <param name="Finish">Why it ended.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="ReusedTokens">Those of them that a cache had already read.</param>
/// <param name="GeneratedTokens">Tokens given out, without the stop token.</param>
/// <param name="Steps">Tokens chosen, the stop token included.</param>
/// <param name="TimeToFirstToken">From the start of the work on the lane to the first token.</param>
/// <param name="DecodeTime">From the first token to the last.</param>
public readonly record struct GenerationStatistics(
    FinishReason Finish, int PromptTokens, int ReusedTokens, int GeneratedTokens, int Steps, TimeSpan TimeToFirstToken, TimeSpan DecodeTime)
{
    /// <summary>Steps per second after the first token; 0 where there was none.</summary>
    public double TokensPerSecond => Steps > 1 && DecodeTime > TimeSpan.Zero ? (Steps - 1) / DecodeTime.TotalSeconds : 0;
}
