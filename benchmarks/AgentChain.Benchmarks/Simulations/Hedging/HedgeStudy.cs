using System.Globalization;
using AgentChain.Benchmarks.Plots;
using AgentChain.Blocks.Hedging;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Hedging;

/// <summary>
/// Measures, in virtual time, what a second attempt cuts off from long tails, and what it costs:
/// <c>dotnet run -c Release -- hedging [calls]</c>. Calls arrive at random, 20 a second, and each attempt has luck of its own.
/// </summary>
static class HedgeStudy
{
    const double Goal = 5;
    const double MostExtra = 0.02;

    /// <summary>Measures, prints and draws; returns 1 if the goal is missed for the first tail.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        int calls = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        Console.WriteLine($"{calls:N0} calls, HedgeOptions' defaults (learned delay, at most 2 % extra in the long run)");
        List<Plot> panels = [];
        int failed = 0;
        foreach (Tail tail in Tail.All)
        {
            (LatencySummary plain, _) = Simulate(tail, calls, isHedged: false);
            (LatencySummary hedged, HedgeCounts counts) = Simulate(tail, calls, isHedged: true);
            double cut = plain.P999 / hedged.P999, extra = (double)counts.Hedges / counts.Calls;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {tail.Name}: p50 {Ms(plain.P50):0.0} to {Ms(hedged.P50):0.0} ms, p99 {Ms(plain.P99):0} to {Ms(hedged.P99):0} ms, p99.9 {Ms(plain.P999):0} to {Ms(hedged.P999):0} ms ({cut:0.0} times), {extra:0.00 %} extra calls, of which {(double)counts.Wins / counts.Hedges:0 %} answered first"));
            failed |= panels.Count == 0 && (cut < Goal || extra > MostExtra) ? 1 : 0;
            if (panels.Count < 3)
            {
                panels.Add(new Plot(tail.Name, new("time, ms", 1, 100_000, 0), new("calls that take longer, %", 0.01, 100, 0))
                    .Series("one attempt", 1, Above(plain), dots: false)
                    .Series($"hedged, +{Tenths(100 * extra)} % calls", 0, Above(hedged), dots: false)
                    .Mark("p99.9", null, 0.1));
            }
        }

        string svg = Plot.Draw(
            "A second attempt for the slowest calls",
            "Three panels, one for each kind of tail: the part of the calls that take longer than a time, on logarithmic axes, with one attempt and hedged. Hedged lines fall off earlier.",
            [.. panels]);
        File.WriteAllText(RepositoryFiles.Find("docs", "benchmarks", "hedging.svg"), svg);
        Console.WriteLine("  drawn: docs/benchmarks/hedging.svg");
        return failed;
    }

    static string Tenths(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    static double Ms(TimeSpan time) => time.TotalMilliseconds;

    static (LatencySummary Times, HedgeCounts Counts) Simulate(Tail tail, int calls, bool isHedged)
    {
        HedgedBlock<Arrival, Arrival>? hedged = null;
        SimulationRun run = Simulator.Run(
            setup =>
            {
                long attempt = 0;
                IBlock<Arrival, Arrival> call = new SimulatedBlock<Arrival, Arrival>(tail.Time, a => a) { Seed = setup.Seed, Luck = _ => attempt++ };
                call = isHedged ? hedged = new(call) : call;
                return Chain.From<Arrival>("tail").Then("call", call).Build(setup.Options(o => o.MaxTurns = 1_000_000));
            },
            a => a,
            ArrivalTrace.Poisson(20, calls)).All;
        return (run.Total, hedged?.Counts ?? default);
    }

    /// <summary>The part of the calls, in percent, that take longer than each of the times.</summary>
    static IEnumerable<(double Time, double Percent)> Above(LatencySummary times) =>
        from at in Enumerable.Range(0, 61)
        let above = Math.Pow(10, -at / 15.0)
        select (Ms(times.Percentile(1 - above)), 100 * above);
}
