namespace AgentChain.Speculation;

/// <summary>Why.</summary>
public enum SpeculationReason
{
    /// <summary>The expected gain is larger than the price of the expected waste.</summary>
    Worth,

    /// <summary>It is not.</summary>
    NotWorth,

    /// <summary>Starting later costs nothing: there is more time than the work needs.</summary>
    StillFree,

    /// <summary>The conversation's waste budget is used up.</summary>
    OverBudget,

    /// <summary>The estimates have drifted away from what happens, so nothing is started until they fit again.</summary>
    Drifted,

    /// <summary>Shadow mode: it would have been started.</summary>
    Shadow,

    /// <summary>The estimate is no number; nothing is started on it.</summary>
    BadEstimate,

    /// <summary>The block works on another hypothesis that is still alive, and may not on more.</summary>
    EdgeFull,

    /// <summary>The controller itself failed.</summary>
    Failed,

    /// <summary>The block has started as often in this turn as it may.</summary>
    TooOften,
}
