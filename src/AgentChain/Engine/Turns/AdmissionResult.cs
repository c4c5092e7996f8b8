namespace AgentChain.Engine.Turns;

/// <summary>What came of a turn's wait for room in its chain.</summary>
enum AdmissionResult
{
    /// <summary>It has a place.</summary>
    Admitted,

    /// <summary>As many turns wait as may.</summary>
    TooManyWait,

    /// <summary>Its budget ran out while it waited.</summary>
    BudgetRanOut,

    /// <summary>The chain lets no turn in any more.</summary>
    Closed,
}
