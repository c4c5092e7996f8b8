namespace AgentChain.Simulation.Tests.Running;

/// <summary>Chains for simulations.</summary>
internal static class Chains
{
    /// <summary>One block on the device <c>d</c>.</summary>
    public static Func<SimulationSetup, ChainBase<Arrival, Arrival>> One(LatencyModel latency, Action<ChainOptions>? more = null) => setup =>
        Chain.From<Arrival>("one").Then("work", Block(setup, "d", latency)).Build(setup.Options(o =>
        {
            o.MaxTurns = 1_000_000;
            more?.Invoke(o);
        }));

    public static SimulatedBlock<Arrival, Arrival> Block(SimulationSetup setup, string device, LatencyModel latency) =>
        new(latency, arrival => arrival) { Device = setup.Device(device), Seed = setup.Seed };

    public static DeviceGroup[] D(int servers = 1) => [new("d", servers)];

    /// <summary>Arrivals at these milliseconds.</summary>
    public static ArrivalTrace At(params double[] times) =>
        ArrivalTrace.From(times.Select(time => new Arrival { Time = TimeSpan.FromMilliseconds(time) }));

    public static SimulationOptions Objective(int milliseconds, int seeds = 1) =>
        new() { Objective = LatencyBudget.Total(milliseconds.Milliseconds()), Seeds = seeds };

    public static double Ms(TimeSpan time) => time.TotalMilliseconds;
}
