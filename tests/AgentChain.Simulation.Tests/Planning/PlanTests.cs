using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Planning;

public sealed class PlanTests
{
    /// <summary>Eight turns at once, of 100 ms each: within 200 ms, four servers are needed.</summary>
    private static readonly ArrivalTrace Eight = At(0, 0, 0, 0, 0, 0, 0, 0);

    [Theory]
    [InlineData(100, 1, 8)]
    [InlineData(200, 1, 4)]
    [InlineData(200, 0.5, 2)]
    [InlineData(800, 1, 1)]
    public void Plan_OneDevice_FindsTheFewestServers(int limit, double target, int expected)
    {
        CapacityPlan plan = Simulator.Plan(
            One(LatencyModel.Fixed(100.Milliseconds())), a => a, Eight, D(), new() { Target = target, Simulation = Objective(limit) });

        Assert.Equal((true, true, expected), (plan.IsFeasible, plan.IsProven, plan.Best.Devices[0].Servers));
        Assert.InRange(plan.Trials.Count, 1, 12);
    }

    [Fact]
    public void Plan_NoNumberIsEnough_SaysSoWithTheBest()
    {
        CapacityPlan plan = Simulator.Plan(
            One(LatencyModel.Fixed(100.Milliseconds())), a => a, Eight, [new DeviceGroup("d") { MostServers = 3 }], new() { Simulation = Objective(200) });

        Assert.Equal((false, true, 3, 0.75), (plan.IsFeasible, plan.IsProven, plan.Best.Devices[0].Servers, plan.Best.Result.Attainment.Mean));
    }

    [Fact]
    public void Plan_LimitOnSimulations_SaysThatNothingIsProven()
    {
        CapacityPlan plan = Simulator.Plan(
            One(LatencyModel.Fixed(100.Milliseconds())), a => a, Eight, D(), new() { MaxSimulations = 2, Simulation = Objective(200) });

        Assert.Equal((true, false, 2), (plan.IsFeasible, plan.IsProven, plan.Trials.Count));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    public void Plan_ThreeDevices_CostsAsLittleAsTheBestOfAllConfigurations(double a, double b)
    {
        ArrivalTrace arrivals = ArrivalTrace.Bursty(12, 1.5, 300);
        SimulationOptions options = Objective(700);
        DeviceGroup[] devices =
        [
            new("a") { MostServers = 4, Cost = a }, new("b") { MostServers = 4, Cost = b }, new("c") { MostServers = 4 },
        ];
        CapacityPlan plan = Simulator.Plan(Three, x => x, arrivals, devices, new() { Target = 0.9, Simulation = options });

        double best = double.MaxValue;
        for (int i = 0; i < 64; i++)
        {
            DeviceGroup[] each = [devices[0].With(1 + (i % 4)), devices[1].With(1 + (i / 4 % 4)), devices[2].With(1 + (i / 16))];
            double cost = each.Sum(device => device.Servers * device.Cost);
            if (cost < best && Simulator.Run(Three, x => x, arrivals, each, options).Attainment.Mean >= 0.9)
            {
                best = cost;
            }
        }

        Assert.Equal((true, best), (plan.IsProven, plan.Best.Cost));
        Assert.InRange(plan.Trials.Count, 4, 40);

        static ChainBase<Arrival, Arrival> Three(SimulationSetup setup) => Chain.From<Arrival>("three")
            .Then("one", Block(setup, "a", LatencyModel.LogNormal(100.Milliseconds(), 0.3)))
            .Then("two", Block(setup, "b", LatencyModel.LogNormal(200.Milliseconds(), 0.3)))
            .Then("three", Block(setup, "c", LatencyModel.LogNormal(60.Milliseconds(), 0.3)))
            .Build(setup.Options());
    }

    [Fact]
    public void Plan_BadOptions_NameTheOption()
    {
        Func<SimulationSetup, ChainBase<Arrival, Arrival>> one = One(LatencyModel.Fixed(1.Milliseconds()));
        Assert.Contains("Target is", Assert.Throws<ArgumentOutOfRangeException>(
            () => Simulator.Plan(one, a => a, Eight, D(), new() { Target = double.NaN })).Message, StringComparison.Ordinal);
        Assert.Contains("Seeds is 0", Assert.Throws<ArgumentOutOfRangeException>(
            () => Simulator.Plan(one, a => a, Eight, D(), new() { Simulation = new() { Seeds = 0 } })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Simulator.Plan(one, a => a, Eight, []));
        Assert.Contains("MostServers", Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceGroup("d") { MostServers = 0 }).Message, StringComparison.Ordinal);
        Assert.Contains("Cost", Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceGroup("d") { Cost = -1 }).Message, StringComparison.Ordinal);
    }
}
