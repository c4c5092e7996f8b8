namespace AgentChain;

/// <summary>The exception for a turn that was not admitted.</summary>
public sealed class TurnRejectedException : TurnException
{
    internal TurnRejectedException(string? block, string reason)
        : base(TurnOutcome.Rejected, block, reason)
    {
    }

    internal TurnRejectedException(string? block, string reason, TurnPrediction prediction)
        : base(TurnOutcome.Rejected, block, reason) => Prediction = prediction;

    /// <summary>Gets the prediction for which the turn was rejected; <see langword="null"/> if there was another reason.</summary>
    public TurnPrediction? Prediction { get; }
}
