namespace AgentChain.Breaks;

/// <summary>What became of a break.</summary>
enum BreakOutcome
{
    /// <summary>No test noticed.</summary>
    Survived,

    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>No test failed, but the tests did not end either.</summary>
    Hung,

    /// <summary>The test process ended without a result.</summary>
    Crashed,

    /// <summary>It changes nothing that can be observed, for the reason that its list gives.</summary>
    Equivalent,

    /// <summary>The source no longer has the text that it replaces, or it does not compile.</summary>
    NotApplicable,
}

/// <summary>A break and what became of it.</summary>
/// <param name="Id">The break.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="By">The test that noticed, or why the break could not be tried.</param>
/// <param name="Seconds">How long that took.</param>
sealed record BreakResult(string Id, BreakOutcome Outcome, string By, double Seconds);
