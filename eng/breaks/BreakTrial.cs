namespace AgentChain.Breaks;

/// <summary>
/// Tries a break: first with the test class that is expected to detect it, then with the tests of its folder, then with all others; slow
/// tests come last.
/// </summary>
/// <param name="patience">
/// The time without a completed test after which the tests count as hung: more than a minute, because some tests wait that long before they
/// fail.
/// </param>
/// <param name="excluded">The tests that fail without a break.</param>
/// <param name="quick">Whether slow tests are skipped.</param>
/// <param name="named">Whether only the test class that is expected to detect the break runs.</param>
sealed class BreakTrial(TimeSpan patience, IReadOnlyList<string> excluded, bool quick, bool named)
{
    /// <summary>Parts of the names of slow tests: of real threads, and of thousands of random chains.</summary>
    public static readonly string[] Long = ["StressTests.", ".LosslessTests.", ".RandomChainTests."];

    /// <summary>A test that measures real time; it can fail on a busy machine with any break.</summary>
    const string RealTime = ".Deadlines_OnAStarvedPool_";

    /// <summary>Tries a break. Returns null if only the named class was run and did not detect the break.</summary>
    public async Task<BreakResult?> TryAsync(TestProcess tests, DeliberateBreak deliberate, int number)
    {
        string folder = $".Tests.{deliberate.Folder}.";
        List<(string Included, string[] Excluded)> stages =
            [(folder, Long), ("", [folder, .. Long]), .. quick ? [] : Long.Select(l => (l, Array.Empty<string>()))];
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
                // Hung or crashed; a test of another stage can still fail.
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

            // Leftovers of an earlier break in the process can be the cause of the failure or crash: the test must pass without a break.
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
                    // It must also fail again with the break, unless it is a random test: some tests of real threads fail on a busy
                    // machine.
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
