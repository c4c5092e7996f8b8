namespace AgentChain.Speculation;

/// <summary>Specifies the reason for a controller's verdict.</summary>
/// <remarks>There is no unspecified member: every decision has a reason.</remarks>
public enum SpeculationReason
{
    /// <summary>The expected gain exceeds the price of the expected waste.</summary>
    Worth,

    /// <summary>The expected gain does not exceed the price of the expected waste.</summary>
    NotWorth,

    /// <summary>Starting later costs nothing, because there is more time than the work needs.</summary>
    StillFree,

    /// <summary>The waste budget of the conversation is used up.</summary>
    OverBudget,

    /// <summary>The estimates have drifted from the results. Nothing is started until they match again.</summary>
    Drifted,

    /// <summary>The controller is in shadow mode. Otherwise, work would have been started.</summary>
    Shadow,

    /// <summary>The estimate is not a number, so nothing is started.</summary>
    BadEstimate,

    /// <summary>The block already works on another live hypothesis and has reached its limit.</summary>
    EdgeFull,

    /// <summary>The controller failed.</summary>
    Failed,

    /// <summary>The block has reached its maximum number of starts in this turn.</summary>
    TooOften,
}
