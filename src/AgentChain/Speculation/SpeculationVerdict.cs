namespace AgentChain.Speculation;

/// <summary>What a controller wants done with a hypothesis.</summary>
public enum SpeculationVerdict
{
    /// <summary>Nothing; the next hypothesis is a new question.</summary>
    Decline,

    /// <summary>Start now.</summary>
    Start,

    /// <summary>Ask again after <see cref="SpeculationDecision.AskAgainIn"/>, unless the hypothesis has changed by then.</summary>
    Later,
}
