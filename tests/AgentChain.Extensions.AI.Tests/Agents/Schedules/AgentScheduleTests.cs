using System.Globalization;
using AgentChain.Simulation;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>
/// Agents never lose, repeat or invent a call: random models and tools, with effects, faults, timeouts, interruptions, wrong hypotheses,
/// duplicate and malformed calls, early calls by rules, sources and a learned table, in virtual time, each turn against a sequential oracle
/// that knows no early calls. 5,000 schedules in the test run; as many as wanted with <c>AGENTCHAIN_TOOL_SCHEDULES=200000</c> before
/// <c>dotnet test --project tests/AgentChain.Extensions.AI.Tests -c Release --filter-class *.AgentScheduleTests</c>, one seed again with <c>AGENTCHAIN_SEED=n</c>.
/// </summary>
public sealed class AgentScheduleTests(ITestOutputHelper output)
{
    const int TurnsPerChain = 20;

    [Fact]
    public void RandomSchedules_EveryTurn_IsAnsweredAndRememberedAsTheSequentialOracleSays()
    {
        int first = Number("AGENTCHAIN_SEED", 1);
        int chains = Environment.GetEnvironmentVariable("AGENTCHAIN_SEED") is null ? Number("AGENTCHAIN_TOOL_SCHEDULES", 5_000) / TurnsPerChain : 1;
        var sum = new ScheduleTally();
        List<string> failed = [];
        for (int seed = first; seed < first + chains; seed++)
        {
            try
            {
                sum.Add(VirtualWorld.Run(world => new AgentSchedule(seed, world).PlayAsync(TurnsPerChain)));
            }
            catch (Exception error)
            {
                failed.Add($"Seed {seed}: {error}");
            }
        }

        Assert.True(failed.Count == 0, $"{failed.Count} of {chains} chains failed. {failed.MinBy(one => one.Length)}");
        output.WriteLine($"{sum}");
        Assert.Equal(chains * TurnsPerChain, sum.Turns);
        if (chains >= 100)
        {
            TurnOutcome[] ends = [TurnOutcome.Completed, TurnOutcome.Interrupted, TurnOutcome.Failed, TurnOutcome.DeadlineExceeded];
            Assert.All(ends, end => Assert.True(sum.Of(end) > sum.Turns / 50, $"Too few turns ended as {end}: {sum}"));
            Assert.True(sum.Early > sum.Turns / 2 && sum.Taken > sum.Turns / 20, $"Too few calls ran early: {sum}");
            Assert.True(sum.Effects > sum.Turns / 10 && sum.Committed > sum.Turns / 20 && sum.Started - sum.Committed > sum.Turns / 20, $"Too little was done: {sum}");
        }
    }

    static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
