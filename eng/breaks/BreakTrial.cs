namespace AgentChain.Breaks;

/// <summary>
/// Tries a break: first the test class that is expected to notice, then the tests of its folder, then all others, and last those that take long.
/// </summary>
/// <param name="patience">
/// How long no test may end before the tests count as hung: more than a minute, since some wait that long for what must come about, and then fail.
/// </param>
/// <param name="excluded">The tests that fail where nothing is broken.</param>
/// <param name="quick">Whether the tests that take long are left out.</param>
/// <param name="named">Whether only the test class runs that is expected to notice.</param>
sealed class BreakTrial(TimeSpan patience, IReadOnlyList<string> excluded, bool quick, bool named)
{
    /// <summary>Parts of the names of tests that take many seconds: of real threads, and of thousands of random chains.</summary>
    static readonly string[] Long = ["StressTests.", ".LosslessTests.", ".RandomChainTests."];

    /// <summary>A test that measures real time may fail on a busy machine whatever is broken.</summary>
    const string RealTime = ".Deadlines_OnAStarvedPool_";

    /// <summary>Tries a break; null where only the named class was to run, and did not notice it.</summary>
    public async Task<BreakResult?> TryAsync(TestProcess tests, DeliberateBreak deliberate, int number)
    {
        string folder = $".Tests.{deliberate.Folder}.";
        List<(string Included, string[] Excluded)> stages = [(folder, Long), ("", [folder, .. Long]), .. quick ? [] : Long.Select(l => (l, Array.Empty<string>()))];
        if (named)
        {
            stages.Clear();
        }

        if (deliberate.Test is { } test)
        {
            stages.Insert(0, ($".{test}.", []));
        }

        double seconds = 0;
        BreakResult? unclean = null;
        foreach ((string included, string[] others) in stages)
        {
            (BreakOutcome outcome, string by, TimeSpan took) = await RunAsync(tests, number, included, [.. excluded, .. others, RealTime]);
            seconds += took.TotalSeconds;
            if (outcome == BreakOutcome.Killed)
            {
                return new(deliberate.Id, outcome, by, seconds);
            }

            if (outcome != BreakOutcome.Survived)
            {
                // Hung or crashed; another stage may have a test that fails.
                unclean ??= new(deliberate.Id, outcome, by, seconds);
            }
        }

        return named ? null : (unclean ?? new(deliberate.Id, BreakOutcome.Survived, "", seconds)) with { Seconds = seconds };
    }

    async Task<(BreakOutcome Outcome, string By, TimeSpan Took)> RunAsync(TestProcess tests, int number, string included, string[] left)
    {
        (BreakOutcome outcome, IReadOnlyList<string> failed, TimeSpan took) = await tests.RunAsync(number, included, left, patience);
        if (outcome == BreakOutcome.Crashed)
        {
            // Something that an earlier break left behind may have crashed it; the process is a fresh one now.
            (outcome, failed, took) = await tests.RunAsync(number, included, left, patience);
        }

        if (outcome != BreakOutcome.Killed)
        {
            return (outcome, failed.Count > 0 ? failed[0] : "", took);
        }

        // What an earlier break left behind in the process may have failed it: the test has to pass without a break, or else it is all done again.
        (BreakOutcome without, _, TimeSpan again) = await tests.RunAsync(0, failed[0], [], patience);
        if (without == BreakOutcome.Survived)
        {
            return (outcome, failed[0], took + again);
        }

        tests.Stop();
        (outcome, failed, TimeSpan once) = await tests.RunAsync(number, included, left, patience);
        return (outcome, failed.Count > 0 ? failed[0] : "", took + again + once);
    }
}
