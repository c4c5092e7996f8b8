namespace AgentChain.Engine.Turns;

/// <summary>Specifies the result of a turn's wait for room in its chain.</summary>
enum AdmissionResult
{
    /// <summary>The turn has a place.</summary>
    Admitted,

    /// <summary>The maximum number of turns already waits.</summary>
    TooManyWait,

    /// <summary>The turn's budget ran out while it waited.</summary>
    BudgetRanOut,

    /// <summary>The chain admits no more turns.</summary>
    Closed,
}
