namespace AgentChain.Breaks;

/// <summary>The outcome of a break.</summary>
enum BreakOutcome
{
    /// <summary>No test detected the break.</summary>
    Survived,

    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>No test failed, but the tests did not end.</summary>
    Hung,

    /// <summary>The test process ended without a result.</summary>
    Crashed,

    /// <summary>The break changes nothing observable, for the reason in its list.</summary>
    Equivalent,

    /// <summary>The source no longer contains the text that the break replaces, or the break does not compile.</summary>
    NotApplicable,
}

/// <summary>The result of a break.</summary>
/// <param name="Id">The id of the break.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="By">The test that detected the break, or the reason why the break could not be tried.</param>
/// <param name="Seconds">The duration of the trial.</param>
sealed record BreakResult(string Id, BreakOutcome Outcome, string By, double Seconds);
