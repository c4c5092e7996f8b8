namespace AgentChain.Speculation;

/// <summary>Specifies the action that a controller wants for a hypothesis.</summary>
public enum SpeculationVerdict
{
    /// <summary>Start nothing. The next hypothesis is a new request.</summary>
    Decline,

    /// <summary>Start now.</summary>
    Start,

    /// <summary>Ask again after <see cref="SpeculationDecision.AskAgainIn"/>, unless the hypothesis has changed by then.</summary>
    Later,
}
