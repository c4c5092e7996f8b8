namespace AgentChain.Speculation;

/// <summary>The numbers of a question that estimators look at.</summary>
static class Evidence
{
    /// <summary>Beyond this, 0.5 % and 99.5 %, a score says nothing more.</summary>
    const double Sure = 5.3;

    /// <summary>Says whether every number that is given is in its range.</summary>
    public static bool IsUsable(in SpeculationRequest request) =>
        IsProbability(request.Probability)
        && (request.Features.EndOfTurn is not { } endOfTurn || IsProbability(endOfTurn))
        && (request.Features.Stability is not { } stability || IsProbability(stability));

    public static bool IsProbability(double value) => value is >= 0 and <= 1;

    public static double Logit(double probability) => Math.Clamp(Math.Log(probability / (1 - probability)), -Sure, Sure);

    public static double Logistic(double logit) => 1 / (1 + Math.Exp(-logit));
}
