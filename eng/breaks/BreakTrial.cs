namespace AgentChain.Breaks;

/// <summary>Tries a break: first the test class that is expected to notice, then the tests of its folder, then all others.</summary>
/// <param name="tests">Runs tests.</param>
/// <param name="usual">How long all tests take where nothing is broken.</param>
/// <param name="patience">
/// How much longer they may take: tests wait up to a minute for what must come about, and then fail, which is not to be taken for a hang.
/// </param>
/// <param name="excluded">The tests that fail where nothing is broken.</param>
sealed class BreakTrial(TestRun tests, TimeSpan usual, TimeSpan patience, IReadOnlyList<string> excluded)
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
            TimeSpan limit = (stage == stages[0] && stages.Count == 3 ? TimeSpan.Zero : usual) + patience;
            (BreakOutcome outcome, IReadOnlyList<string> failed, TimeSpan took) = await tests.RunAsync(number, filter, limit);
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
