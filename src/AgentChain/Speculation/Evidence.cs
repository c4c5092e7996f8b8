namespace AgentChain.Speculation;

/// <summary>Helpers for the numbers of a request that estimators use.</summary>
static class Evidence
{
    /// <summary>The logit of 99.5 %. Scores beyond it, or below 0.5 %, carry no further information.</summary>
    const double Sure = 5.3;

    /// <summary>Determines whether every specified number is in its range.</summary>
    public static bool IsUsable(in SpeculationRequest request) =>
        IsProbability(request.Probability)
        && (request.Features.EndOfTurn is not { } endOfTurn || IsProbability(endOfTurn))
        && (request.Features.Stability is not { } stability || IsProbability(stability));

    public static bool IsProbability(double value) => value is >= 0 and <= 1;

    public static double Logit(double probability) => Math.Clamp(Math.Log(probability / (1 - probability)), -Sure, Sure);

    public static double Logistic(double logit) => 1 / (1 + Math.Exp(-logit));
}
