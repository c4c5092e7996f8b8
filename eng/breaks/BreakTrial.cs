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
    public static readonly string[] Long = ["StressTests.", ".LosslessTests.", ".RandomChainTests."];

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
        TimeSpan sum = TimeSpan.Zero;
        bool isFresh = false;
        while (true)
        {
            (BreakOutcome outcome, IReadOnlyList<string> failed, TimeSpan took) = await tests.RunAsync(number, included, left, patience);
            sum += took;
            string by = failed.Count > 0 ? failed[0] : "";
            if (outcome is BreakOutcome.Survived or BreakOutcome.Hung || (outcome == BreakOutcome.Crashed && isFresh))
            {
                return (outcome, by, sum);
            }

            // What an earlier break left behind in the process may have failed or crashed it: the test has to pass without a break.
            if (outcome == BreakOutcome.Killed)
            {
                (BreakOutcome without, _, took) = await tests.RunAsync(0, by, [], patience);
                sum += took;
                if (without != BreakOutcome.Survived && !isFresh && number != DeliberateBreak.Always)
                {
                    tests.Stop();
                }
                else if (Array.Exists(Long, by.Contains) || number == DeliberateBreak.Always)
                {
                    return (outcome, by, sum);
                }
                else
                {
                    // And to fail once more with it, unless luck is its trade: a busy machine fails some tests of real threads.
                    (BreakOutcome again, _, took) = await tests.RunAsync(number, by, [], patience);
                    sum += took;
                    if (again == BreakOutcome.Killed)
                    {
                        return (outcome, by, sum);
                    }

                    left = [.. left, by];
                    continue;
                }
            }

            isFresh = true;
        }
    }
}
