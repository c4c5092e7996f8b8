using System.Diagnostics;
using System.Globalization;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations;

/// <summary>
/// Runs one chain on real threads and in virtual time, with the same arrivals and the same times of its blocks, and compares the times of
/// the turns: <c>dotnet run -c Release -- fidelity [seconds] [load]</c>. One block waits, as for a server; one spins on a device with one
/// lane, which turns queue for.
/// </summary>
static class Fidelity
{
    const string Device = "core";
    static readonly LatencyModel Wait = LatencyModel.LogNormal(40.Milliseconds(), 0.3);
    static readonly LatencyModel Spin = LatencyModel.LogNormal(6.Milliseconds(), 0.5);

    /// <summary>Measures and prints; returns 1 if the median differs by more than 5 percent, or the 95th percentile by more than 10.</summary>
    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        int seconds = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 30;
        double load = args.Length > 1 ? double.Parse(args.Span[1], CultureInfo.InvariantCulture) : 0.6;
        double rate = load / 0.0068;
        ArrivalTrace arrivals = ArrivalTrace.Poisson(rate, (int)(rate * seconds));
        SimulationRun simulated = Simulator.Run(setup => Build(setup.Options(Devices), new SimulatedBlock<Arrival, Arrival>(Spin, a => a)), a => a, arrivals).All;
        _ = await RealAsync(arrivals.Take(100));
        TimeSpan[] real = await RealAsync(arrivals);
        Array.Sort(real);
        double median = Compare("p50", real[real.Length / 2], simulated.Total.P50);
        double tail = Compare("p95", real[(int)(0.95 * real.Length)], simulated.Total.P95);
        Compare("p99", real[(int)(0.99 * real.Length)], simulated.Total.P99);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{real.Length} turns, load {load}; goal: p50 within 5 %, p95 within 10 %, on a machine with nothing else to do"));
        return Math.Abs(median) <= 0.05 && Math.Abs(tail) <= 0.1 ? 0 : 1;
    }

    static double Compare(string name, TimeSpan real, TimeSpan simulated)
    {
        double difference = (simulated / real) - 1;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: real {real.TotalMilliseconds:0.0} ms, simulated {simulated.TotalMilliseconds:0.0} ms, {difference:+0.0 %;-0.0 %}"));
        return difference;
    }

    static Chain<Arrival, Arrival> Build(ChainOptions options, IBlock<Arrival, Arrival> spin) => Chain.From<Arrival>("fidelity")
        .Then("wait", new SimulatedBlock<Arrival, Arrival>(Wait, a => a))
        .Then("spin", spin, o => o.On(Device))
        .Build(options);

    static void Devices(ChainOptions options) =>
        options.Devices = new DeviceScheduler([new ComputeDevice(Device, DeviceKind.Cpu) { MaxLeases = 1 }]);

    static async Task<TimeSpan[]> RealAsync(ArrivalTrace arrivals)
    {
        var options = new ChainOptions();
        Devices(options);
        await using Chain<Arrival, Arrival> chain = Build(options, new SpinningBlock());
        List<Task<TurnResult>> turns = [];
        long began = Stopwatch.GetTimestamp();
        foreach (Arrival arrival in arrivals.Read())
        {
            while (arrival.Time - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left > 1.Milliseconds() ? left : 1.Milliseconds());
            }

            turns.Add(chain.Start(arrival).Completion);
        }

        TurnResult[] results = await Task.WhenAll(turns);
        ((DeviceScheduler)options.Devices!).Dispose();
        return [.. results.Select(result => result.Report.Elapsed)];
    }

    /// <summary>Keeps its lane busy for as long as the simulated block would take.</summary>
    sealed class SpinningBlock : IBlock<Arrival, Arrival>
    {
        public async ValueTask<Arrival> InvokeAsync(Arrival input, BlockContext context, CancellationToken cancellationToken)
        {
            TimeSpan time = Spin.Sample(RandomKey.Of(0).Fold(context.BlockName).Fold(context.TurnId.Value));
            await context.Lease!.Lane.RunAsync(
                time,
                static (time, _) =>
                {
                    for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < time;)
                    {
                        Thread.SpinWait(20);
                    }

                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return input;
        }
    }
}
