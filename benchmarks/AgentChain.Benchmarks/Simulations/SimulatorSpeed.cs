using System.Diagnostics;
using System.Globalization;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations;

/// <summary>
/// Counts the block events that one core simulates in a second: <c>dotnet run -c Release -- simulator [turns] [load]</c>. A whole run of a
/// block, through its queue, its device's queue and its server to its end, counts as one event. The chain has four blocks, each on a device
/// of its own, and a budget; the arrivals are a Poisson process. The second is one of processor time, garbage collection included, so that
/// other programs on the machine do not count.
/// </summary>
static class SimulatorSpeed
{
    const double Goal = 200_000;

    /// <summary>The stages: name, median in milliseconds, deviation, servers.</summary>
    static readonly (string Name, int Median, double Sigma, int Servers)[] Stages =
        [("transcribe", 60, 0.25, 2), ("retrieve", 120, 0.4, 3), ("answer", 180, 0.6, 2), ("speak", 80, 0.3, 2)];

    /// <summary>Measures and prints; returns 1 if the goal is missed or two runs of one seed differ.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        int turns = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        double load = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 0.8;
        ArrivalTrace arrivals = ArrivalTrace.Poisson(load / 0.108, turns);
        _ = Simulate(arrivals.Take(Math.Min(turns, 20_000)));
        string hash = "";
        double best = 0;
        for (int round = 0; round < 5; round++)
        {
            long allocated = GC.GetTotalAllocatedBytes();
            int collections = GC.CollectionCount(0);
            TimeSpan used = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            SimulationRun run = Simulate(arrivals);
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            used = Environment.CpuUsage.TotalTime - used;
            double events = run.BlockRuns / used.TotalSeconds;
            best = Math.Max(best, events);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Turns:N0} turns, {run.Duration.TotalHours:0.0} h in {took.TotalSeconds:0.00} s, {used.TotalSeconds:0.00} s of a core: {events:N0} block events a second and core, {used.TotalMicroseconds / run.Turns:0.0} us and {(GC.GetTotalAllocatedBytes() - allocated) / run.Turns:N0} B a turn, {GC.CollectionCount(0) - collections} collections, attainment {run.Attainment:P1}, log {run.EventHash[..12]}"));
            if (hash.Length > 0 && hash != run.EventHash)
            {
                Console.WriteLine("Two runs of one seed have different events.");
                return 1;
            }

            hash = run.EventHash;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"best of 5: {best:N0} block events a second and core; goal {Goal:N0}"));
        return best >= Goal ? 0 : 1;
    }

    static SimulationRun Simulate(ArrivalTrace arrivals) => Simulator.Run(
        setup =>
        {
            ChainBuilder<Arrival, Arrival> chain = Chain.From<Arrival>("four stages");
            foreach ((string name, int median, double sigma, _) in Stages)
            {
                chain = chain.Then(name, new SimulatedBlock<Arrival, Arrival>(LatencyModel.LogNormal(median.Milliseconds(), sigma), a => a)
                {
                    Device = setup.Device(name),
                    Seed = setup.Seed,
                });
            }

            return chain.Build(setup.Options(o => o.Budget = LatencyBudget.Total(800.Milliseconds())));
        },
        arrival => arrival,
        arrivals,
        Stages.Select(stage => new DeviceGroup(stage.Name, stage.Servers)),
        new() { Objective = LatencyBudget.Total(800.Milliseconds()), MaxParallel = 1 }).All;
}
