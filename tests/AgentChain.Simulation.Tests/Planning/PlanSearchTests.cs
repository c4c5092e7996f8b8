namespace AgentChain.Simulation.Tests.Planning;

/// <summary>The search alone, on made-up answers: the first device's jobs wait longest while it has fewer servers than a limit.</summary>
public sealed class PlanSearchTests
{
    [Fact]
    public void Run_TheWayUpMissesACheaperConfiguration_FindsIt()
    {
        CapacityPlan plan = Search((a, b) => a >= 5 || (a >= 2 && b >= 2), waitsUntil: 9);

        Assert.Equal(("a 2, b 2", true), (Servers(plan.Best), plan.IsProven));
    }

    [Fact]
    public void Run_TheWayUpRaisedTooMuch_GoesDownAgainAtOnce()
    {
        CapacityPlan plan = Search((a, b) => b >= 3 || a >= 7, waitsUntil: 3);

        string[] trials = [.. plan.Trials.Select(Servers)];
        int first = Array.IndexOf(trials, "a 3, b 3");
        Assert.Equal(["a 2, b 3", "a 1, b 3"], trials[(first + 1)..(first + 3)]);
        Assert.Equal("a 1, b 3", Servers(plan.Best));
    }

    private static string Servers(PlanTrial trial) => trial.ToString().Split(':')[0];

    private static CapacityPlan Search(Func<int, int, bool> meets, int waitsUntil) => new PlanSearch(
        [new DeviceGroup("a") { MostServers = 8 }, new DeviceGroup("b") { MostServers = 8 }],
        0.9,
        200,
        devices => new PlanTrial(
            devices,
            new SimulationResult("c", "t", LatencyBudget.None, [Run(devices[0].Servers < waitsUntil ? 2 : 0)], TimeSpan.Zero),
            meets(devices[0].Servers, devices[1].Servers))).Run();

    private static SimulationRun Run(int wait) => new() { Devices = [Use(wait), Use(1)] };

    private static DeviceUse Use(int seconds)
    {
        var tally = new LatencyTally();
        tally.Add(seconds.Seconds());
        return new() { Wait = new(tally) };
    }
}
