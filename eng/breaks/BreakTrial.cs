namespace AgentChain.Breaks;

/// <summary>Tries a break: first the test class that is expected to notice, then the tests of its folder, then all others.</summary>
/// <param name="tests">Runs tests.</param>
/// <param name="patience">
/// How long no test may end before the tests count as hung: more than a minute, since some wait that long for what must come about, and then fail.
/// </param>
/// <param name="excluded">The tests that fail where nothing is broken.</param>
sealed class BreakTrial(TestRun tests, TimeSpan patience, IReadOnlyList<string> excluded)
{
    public async Task<BreakResult> TryAsync(DeliberateBreak deliberate, int number)
    {
        string folder = $"FullyQualifiedName~.Tests.{deliberate.Folder}";
        List<string> stages = [folder, $"FullyQualifiedName!~.Tests.{deliberate.Folder}"];
        if (deliberate.Test is { } test)
        {
            stages.Insert(0, $"FullyQualifiedName~.{test}");
        }

        double seconds = 0;
        BreakResult? unclean = null;
        foreach (string stage in stages)
        {
            string filter = string.Join('&', [stage, TestRun.AboutBehavior, .. excluded.Select(t => $"FullyQualifiedName!={t}")]);
            (BreakOutcome outcome, IReadOnlyList<string> failed, TimeSpan took) = await tests.RunAsync(number, filter, patience);
            seconds += took.TotalSeconds;
            if (outcome == BreakOutcome.Killed)
            {
                return new(deliberate.Id, outcome, failed[0], seconds);
            }

            if (outcome != BreakOutcome.Survived)
            {
                // Hung or crashed; another stage may have a test that fails.
                unclean ??= new(deliberate.Id, outcome, "", seconds);
            }
        }

        return (unclean ?? new(deliberate.Id, BreakOutcome.Survived, "", seconds)) with { Seconds = seconds };
    }
}
