namespace AgentChain.Speculation;

/// <summary>Specifies the action that a controller wants for a hypothesis.</summary>
/// <remarks>The default, 0, is the verdict that does nothing.</remarks>
public enum SpeculationVerdict
{
    /// <summary>Start nothing. The next hypothesis is a new request.</summary>
    Decline,

    /// <summary>Start now.</summary>
    Start,

    /// <summary>Ask again after <see cref="SpeculationDecision.AskAgainIn"/>, unless the hypothesis has changed by then.</summary>
    Later,
}
